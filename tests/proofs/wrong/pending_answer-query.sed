# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a query is taken for an answer
# Cost: dear
s/size >= MESSAGE_HEADER \&\& knot_wire_get_qr\(message\)/size >= MESSAGE_HEADER/
