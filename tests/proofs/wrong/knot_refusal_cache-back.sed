# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: a refusal without a basis comes back
# Cost: dear
s/^\t\t\tforget\(roster, session\);//
