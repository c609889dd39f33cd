# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a TTL stands elsewhere
# Cost: dear
s/number32\(octets \+ record\.data - 6\)/number32(octets + record.data - 8)/
