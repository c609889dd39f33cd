# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: the leaf may be its own trust anchor
# Cost: dear
s/search->path.length > 1 && is_of_record/is_of_record/
