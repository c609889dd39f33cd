# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a client has nothing newer whatever it has
# Cost: dear
s/query->form == FORM_IXFR \&\& query->records == 1 \&\& query->has_serial \&\&/query->form == FORM_IXFR \&\& query->records == 1 \&\&/
