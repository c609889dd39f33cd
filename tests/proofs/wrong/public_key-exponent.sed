# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: an exponent is its first octets
# Cost: dear
s/exponent\.size <= PUBLIC_KEY_EXPONENT_MAX && i/i < PUBLIC_KEY_EXPONENT_MAX \&\& i/
