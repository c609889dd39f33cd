# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/query_buffer.c
# Says: more than the query has room
# Cost: dear
s/\*size = LENGTH \+ query_buffer_size\(query\) - query->gathered;/*size = LENGTH + query_buffer_size(query);/
