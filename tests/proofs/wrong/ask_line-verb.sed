# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a line may begin with another word
# Cost: dear
s/word == NULL \|\| strcmp\(word, "verify"\) != 0/word == NULL/
