# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/date.c
# Says: a date may be without its Z
# Cost: dear
s/ \|\| \*at != 'Z'\)/)/
