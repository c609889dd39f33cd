# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: what one record met counts for the next
# Cost: cheap
s/search->met = search->cut = false;/search->cut = false;/
