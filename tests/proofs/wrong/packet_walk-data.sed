# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: data may end behind the message
# Cost: dear
s/record->size > reader->size - record->data/false/
