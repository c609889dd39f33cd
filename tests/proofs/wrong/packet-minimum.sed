# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a SOA record may be short
# Cost: dear
s/record\.type == TYPE_SOA \&\& record\.size < SOA_SIZE/false/
