# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: all that are younger go with one that has ended
# Cost: dear
s/\*at = query->next;/*at = NULL;/
