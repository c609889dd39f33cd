# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a request may be longer than can be read
# Cost: dear
s/size < QUESTION_SIZE_MAX/size <= QUESTION_SIZE_MAX/
