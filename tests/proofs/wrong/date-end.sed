# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/date.c
# Says: the date that is no end need not end with a Z
# Cost: dear
s/sizeof\(no_end\) - 1\) == 0/sizeof(no_end) - 2) == 0/
