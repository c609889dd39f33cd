# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_postfix.c
# Says: a request goes on behind its empty line
# Cost: dear
s/\*whole = \(size_t\)\(end \+ 2 - octets\)/*whole = (size_t)(end + 3 - octets)/
