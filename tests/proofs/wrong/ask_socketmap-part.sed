# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_socketmap.c
# Says: its comma is not waited for
# Cost: cheap
s/size - \*text <= length\)/size - *text < length)/
