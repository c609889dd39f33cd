# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: what is truncated is an answer
# Cost: dear
s/\(octets\[2\] \& FLAG_TC\) != 0/false/
