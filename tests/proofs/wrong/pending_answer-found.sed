# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a lost connection is found again
# Cost: dear
s/pending->lost = pending->lost \|\| progress/pending->lost = progress/
