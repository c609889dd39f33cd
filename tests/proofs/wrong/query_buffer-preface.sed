# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/query_buffer.c
# Says: a preface is written over the length
# Cost: dear
s/query->at = QUERY - size;/query->at = QUERY + LENGTH - size;/
