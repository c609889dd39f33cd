# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/pending_queries.c
# Says: a transfer may begin with any record
# Cost: dear
s/\(first \&\& !soa\) \|\| \(soa/(soa/
