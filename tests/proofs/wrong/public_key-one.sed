# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: an exponent may be 1
# Cost: dear
s/^\t\t\(exponent\.size == 1 && exponent\.data\[0\] == 1\)\)/\t\tfalse)/
