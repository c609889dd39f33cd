# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: words are taken after a fault
# Cost: dear
s/question->fault == NULL \&\& \(word = /(word = /
