# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: an id may be pending twice
# Cost: dear
s/query == NULL \|\| \*at != NULL/query == NULL/
