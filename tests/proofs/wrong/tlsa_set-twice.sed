# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: a record is there as often as it is given
# Cost: dear
s/kept == 0 \|\| compare\(.*\) != 0\)/true)/
