# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a TTL may have any bit
# Cost: dear
s/record->ttl > INT32_MAX/false/
