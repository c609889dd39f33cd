# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a mailbox in quotes is another
# Cost: dear
s/PLACE_INSIDE : PLACE_UNCLEAR;/PLACE_INSIDE : PLACE_OUTSIDE;/
