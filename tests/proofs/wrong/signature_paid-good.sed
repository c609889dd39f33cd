# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: what is not paid for is wrong
# Cost: cheap
/work_take\(work, price/{n;s/SIGNATURE_UNCHECKED/SIGNATURE_WRONG/}
