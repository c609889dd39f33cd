# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/dn.c
# Says: one attribute counts for two
# Cost: dear
s/\*used \|= 1u << i;/;/
