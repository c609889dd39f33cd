# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a lost connection counts as idle
# Cost: dear
s/pending->count == 0 \&\& !pending->lost/pending->count == 0/
