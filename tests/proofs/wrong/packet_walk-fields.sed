# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a record may lack its fields
# Cost: dear
s/size == 0 \|\| reader->size - reader->at - size < RECORD_SIZE/size == 0/
