# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a request may hold a NUL
# Cost: dear
s/memchr\(octets, '.0', size\) != NULL/false/
