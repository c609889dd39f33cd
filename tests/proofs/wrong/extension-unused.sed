# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: a key usage has bits that are not used
# Cost: dear
s/last \? 0xff << bits\.data\[0\] : 0xff/0xff/
