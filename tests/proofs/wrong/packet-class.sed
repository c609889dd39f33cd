# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a record of another class counts
# Cost: dear
s/return record->class == CLASS_IN \&\&$/return true \&\&/
