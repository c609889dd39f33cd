# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/base64.c
# Says: a text may end anywhere
# Cost: dear
s/size_t missing = at \+ 4 == length \? padding : 0;/size_t missing = padding;/
