# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: a query is taken for an answer
# Cost: dear
s/ \|\| !knot_wire_get_qr\(message\)\) \{/) {/
