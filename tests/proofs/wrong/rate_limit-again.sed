# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/rate_limit.h
# Says: lines that did not pass are counted again and again
# Cost: cheap
s/atomic_exchange\(&limit->suppressed, 0\)/atomic_load(\&limit->suppressed)/
