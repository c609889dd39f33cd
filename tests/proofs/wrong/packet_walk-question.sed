# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a question may end behind the message
# Cost: dear
/^static bool skip_questions/,/^}/s/ \|\| reader->size - reader->at - size < 4//
