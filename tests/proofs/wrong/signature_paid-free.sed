# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a signature is checked whatever is left
# Cost: cheap
s/if \(!work_take\(work, price\(&key, of->tbs\.size\)\)\)/if (false)/
