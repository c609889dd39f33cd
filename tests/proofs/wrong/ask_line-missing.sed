# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a needed word may be missing
# Cost: dear
s/for \(size_t i = RESUMPTION; i <= TLS; i\+\+\)/for (size_t i = TLS; i <= TLS; i++)/
