# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_postfix.c
# Says: an attribute is known by its first letter
# Cost: dear
s/strcmp\(line, attributes\[i\]\.name\) != 0/line[0] != attributes[i].name[0]/
