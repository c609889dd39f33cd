# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/wire_name.c
# Says: a pointer may point ahead
# Cost: dear
s/target >= at/target >= end/
