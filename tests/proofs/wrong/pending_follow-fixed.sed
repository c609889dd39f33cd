# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a record need not be whole
# Cost: dear
s/rest->size - rest->at < RECORD_FIXED/rest->size - rest->at < RECORD_FIXED - 2/
