# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: one more may be pending
# Cost: dear
s/pending->count == PENDING_QUERIES_MAX \?/pending->count > PENDING_QUERIES_MAX ?/
