# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: a self-issued leaf is not constrained
# Cost: dear
s/if \(i == 0 \|\| !below->self_issued\)/if (!below->self_issued)/
