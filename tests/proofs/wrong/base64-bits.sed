# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/base64.c
# Says: bits that do not count may be any
# Cost: dear
s/\(bits \& \(\(UINT32_C.*\) != 0/false/
