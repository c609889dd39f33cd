# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a request goes on behind its newline
# Cost: dear
s/\(end \+ 1 - octets\)/(end + 2 - octets)/
