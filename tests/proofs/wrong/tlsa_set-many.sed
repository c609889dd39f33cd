# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: of too many records the first ones count
# Cost: dear
s/^\t\tcount = 0;/\t\tcount = TLSA_RECORD_MAX;/
