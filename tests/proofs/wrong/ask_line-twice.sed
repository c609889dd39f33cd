# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: the last of two words counts
# Cost: dear
s/else if \(values\[i\] != NULL\)/else if (false)/
