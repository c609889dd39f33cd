# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a SOA record anywhere ends a transfer
# Cost: dear
s/^\t\tis_at_apex\(query, message, size, record\);/\t\ttrue;/
