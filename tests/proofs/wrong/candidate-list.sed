# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/candidate.c
# Says: a list that ends does not shorten the TTL
# Cost: cheap
s/left \/ 1000 < result->ttl/false/
