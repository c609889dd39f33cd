# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: an error is the first of many messages
# Cost: dear
s/query->form == FORM_ONE \|\| knot_wire_get_rcode\(message\) != KNOT_RCODE_NOERROR/query->form == FORM_ONE/
