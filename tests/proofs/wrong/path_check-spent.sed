# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: spent work is no fault
# Cost: dear
s/return work->spent \? WORK_SPENT : why;/return why;/
