# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: connections whose randoms begin alike are one
# Cost: dear
s/random, sizeof\(set\[i\]\.random\)\) == 0/random, sizeof(uint64_t)) == 0/
