# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/query_buffer.c
# Says: memory that is not there is used
# Cost: dear
s/query->gathered == LENGTH \&\& !make_room\(query\)/query->gathered == LENGTH \&\& !make_room(query) \&\& false/
