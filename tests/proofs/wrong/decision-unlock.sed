# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verify.c
# Says: the section is left before names are judged
# Cost: dear
s/^	claims_begin\(&claims, /	urcu_bp_read_unlock();\n	claims_begin(\&claims, /
