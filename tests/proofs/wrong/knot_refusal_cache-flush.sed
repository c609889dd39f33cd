# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: a flush forgets nothing
# Cost: dear
s/refusal->age == age/true/
