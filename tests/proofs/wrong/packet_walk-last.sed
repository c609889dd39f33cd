# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: the additional section is left out
# Cost: dear
s/section <= PACKET_ADDITIONAL/section < PACKET_ADDITIONAL/
