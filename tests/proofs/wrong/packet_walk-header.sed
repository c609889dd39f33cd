# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a message may be shorter than its header
# Cost: dear
s/size < HEADER_SIZE \|\| !skip/!skip/
