# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a serial may stand anywhere
# Cost: dear
s/data\.size - data\.at != SOA_NUMBERS/false/
