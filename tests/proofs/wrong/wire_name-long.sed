# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: a name may be longer than its room
# Cost: dear
s/label > WIRE_NAME_SIZE - size/false/
