# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: an answer is that to the oldest query
# Cost: dear
s/\*at != NULL \&\& \(\*at\)->id != id/false/
