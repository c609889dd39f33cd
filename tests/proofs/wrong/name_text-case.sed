# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/name.c
# Says: the letter Z stays as it is
# Cost: cheap
s/c >= .A. && c <= .Z. \? c/c >= 0x41 \&\& c < 0x5a ? c/
