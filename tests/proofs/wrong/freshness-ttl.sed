# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/freshness.c
# Says: records live for a TTL in minutes
# Cost: cheap
s/ttl = \(uint64_t\)answer->ttl \* 1000;/ttl = (uint64_t)answer->ttl * 60000;/
