# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/date.c
# Says: a minute has 61 seconds
# Cost: dear
s/second > 59/second > 60/
