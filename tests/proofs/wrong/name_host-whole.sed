# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/name.c
# Says: a name of nothing but service labels has an empty host
# Cost: dear
s/protocol == 0 \|\| owner->wire\[prefix\] == 0/protocol == 0/
