# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: each other purpose is that of a client
# Cost: dear
s/\] == 2      \?/] != 1 ?/
