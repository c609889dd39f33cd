# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: the longest TTL counts
# Cost: dear
/^static bool read_answers/,/^}/s/record\.ttl < reader->ttl/record.ttl > reader->ttl \&\& reader->ttl != UINT32_MAX/
