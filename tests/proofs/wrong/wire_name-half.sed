# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: a pointer may be half
# Cost: dear
s/end - at < 2 \|\|/end - at < 1 ||/
