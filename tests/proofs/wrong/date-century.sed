# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/date.c
# Says: a UTCTime of 50 is of 2050
# Cost: dear
s/year < 50 /year <= 50 /
