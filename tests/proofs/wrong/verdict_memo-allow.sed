# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verdict_memo.c
# Says: an ALLOW is remembered
# Cost: cheap
s/dance_verdict_class\(result->verdict\) != DANCE_CLASS_DENY/false/
