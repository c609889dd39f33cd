# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a question may end behind the message
# Cost: dear
s/size == 0 \|\| reader->size - HEADER_SIZE - size < 4/size == 0/
