# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/query_buffer.c
# Says: the length is not kept
# Cost: dear
s/^\tmemcpy\(query->octets \+ QUERY, query->length, LENGTH\);/\t;/
