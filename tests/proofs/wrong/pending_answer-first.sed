# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: each message is the first one
# Cost: dear
s/query->answered = true;/;/
