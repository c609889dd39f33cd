# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a local part in quotes is inside a base without
# Cost: cheap
s/wanted\.local\) \? PLACE_INSIDE : PLACE_UNCLEAR/wanted.local) ? PLACE_INSIDE : PLACE_INSIDE/
