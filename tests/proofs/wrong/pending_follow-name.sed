# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a name may end behind the message
# Cost: dear
s/return rest->at <= rest->size;$/return true;/
