# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: a modulus may be negative
# Cost: dear
s/^\t\t\(number->data\[0\] & 0x80\) != 0\)/\t\tfalse)/
