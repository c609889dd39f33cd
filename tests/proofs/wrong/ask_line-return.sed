# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a carriage return belongs to the last word
# Cost: dear
s/size > 1 && octets\[size - 2\] == '.r'/false/
