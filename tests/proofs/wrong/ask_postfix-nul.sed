# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_postfix.c
# Says: a line may hold a NUL
# Cost: dear
s/memchr\(line, .*, \(size_t\)\(newline - line\)\) != NULL/false/
