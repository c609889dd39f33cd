# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a name may be constructed that is not
# Cost: cheap
s/tags\[tag & 0x1f\] != tag/(tag \& 0x80) == 0/
