# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a HELO name is taken for an address
# Cost: dear
s/values\[HELO\] : ""/values[ADDRESS] : ""/
