# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/candidate.c
# Says: records count for ever
# Cost: cheap
s/^	if \(freshness_records_hold\(known, trouble, candidate->on_demand, options,/	if (true || freshness_records_hold(known, trouble, candidate->on_demand, options,/
