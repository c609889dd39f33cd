# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: the newest serial ends a transfer in the place of the version after
# Cost: dear
s/soas % 2 == 1/soas % 2 == 0/
