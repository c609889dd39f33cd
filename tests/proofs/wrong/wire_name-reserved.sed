# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: a label may be longer
# Cost: dear
s/first > WIRE_LABEL_SIZE \|\|/false ||/
