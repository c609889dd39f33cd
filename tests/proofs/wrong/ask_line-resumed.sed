# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: another bit says that a session was resumed
# Cost: dear
s/#define RESUMED 16/#define RESUMED 8/
