# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a search in which something failed disproves a path
# Cost: cheap
s/work->failed != NULL \? PATH_UNKNOWN : PATH_BROKEN/PATH_BROKEN/
