# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: a name takes up what it points to
# Cost: dear
s/taken = taken == 0 \? at \+ 2 - begin : taken;/taken = at + 2 - begin;/
