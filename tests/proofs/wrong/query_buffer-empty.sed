# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/query_buffer.c
# Says: an empty query is never whole
# Cost: dear
s/query->gathered >= LENGTH \&\&$/query->gathered > LENGTH \&\&/
