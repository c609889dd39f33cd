# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verdict_memo.c
# Says: the verdict on other knowledge is recalled
# Cost: cheap
s/memo->kept\[i\]\.serial == serial/memo->kept[i].serial >= serial/
