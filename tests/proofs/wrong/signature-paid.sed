# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a signature is not paid for
# Cost: cheap
s/!work_take\(work, price\(&key, of->tbs\.size\)\)/false/
