# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: a packet is not given back
# Cost: dear
/^static void read_extended_error/,/^}/s/knot_pkt_free\(packet\);//
