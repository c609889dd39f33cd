# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a path that is not valid is found
# Cost: dear
s/		if \(is_valid\(search\)\) \{/		if (is_valid(search) || search->unfit == 1) {/
