# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: any number of pointers is followed
# Cost: dear
s/\+\+pointers > WIRE_NAME_POINTERS_MAX/false/
