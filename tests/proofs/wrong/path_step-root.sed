# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: PKIX-TA needs no root
# Cost: dear
s/for \(unsigned i = 1; top\(search\)->root && i/for (unsigned i = 1; i/
