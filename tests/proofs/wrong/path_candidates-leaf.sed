# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_candidates.c
# Says: the leaf may stand above itself
# Cost: dear
s/\[\*at - trusted \+ 1\]/[*at - trusted]/
