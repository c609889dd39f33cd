# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/work.c
# Says: work that is spent goes on
# Cost: cheap
s/work->spent \|\| steps > work->left/steps > work->left/
