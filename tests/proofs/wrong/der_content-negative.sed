# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.c
# Says: a negative number is a large one
# Cost: cheap
s/ \|\| \(content\.data\[0\] & 0x80\) != 0\)/)/
