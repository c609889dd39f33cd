# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: an unknown word has a place
# Cost: dear
s/value == NULL \|\| i == WORD_COUNT/value == NULL/
