# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: the size of a modulus is that of its octets
# Cost: dear
s/top < 0x80; top <<= 1/top < 0x1; top <<= 1/
