# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_postfix.c
# Says: the last of two lines counts
# Cost: dear
s/if \(values\[i\] != NULL\)/if (false)/
