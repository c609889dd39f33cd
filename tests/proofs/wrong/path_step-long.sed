# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a path may be longer by one
# Cost: dear
s/search->path.length == PATH_LENGTH_MAX\)/search->path.length > PATH_LENGTH_MAX)/
