# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: something may stand behind a path length
# Cost: dear
/^bool extension_basic_constraints/,/^\}/s/return list\.size == 0;/return true;/
