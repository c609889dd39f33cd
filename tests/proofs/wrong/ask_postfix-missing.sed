# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_postfix.c
# Says: a needed attribute may be missing
# Cost: dear
s/attributes\[i\]\.needed \&\& values\[i\] == NULL/false/
