# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: a refusal has no end
# Cost: dear
s/now < refusal->decided \+ REFUSAL_CACHE_MAX_MS/true/
