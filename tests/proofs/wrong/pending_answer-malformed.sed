# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: what is malformed is not missed
# Cost: dear
/^void pending_queries_add/,/^}/s/pending->lost = true;/pending->lost = query != NULL;/
