# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: its basis is looked at once
# Cost: dear
s/\*look = now >=/*look = refusal->looked == refusal->decided \&\& now >=/
