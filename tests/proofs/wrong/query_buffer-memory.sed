# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/query_buffer.c
# Says: there is no memory for the length
# Cost: dear
s/malloc\(QUERY \+ LENGTH \+ query/malloc(QUERY + query/
