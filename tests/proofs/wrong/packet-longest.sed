# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: the TTL of a record does not count
# Cost: dear
s/^\t\treader->ttl = record\.ttl < reader->ttl .*/\t\treader->ttl = INT32_MAX;/
