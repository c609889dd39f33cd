# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: a label may end behind the message
# Cost: dear
s/label > end - at \|\|/false ||/
