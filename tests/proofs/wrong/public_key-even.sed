# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: a modulus may be even
# Cost: dear
s/\(modulus\.data\[modulus\.size - 1\] & 1\) == 0/false/
