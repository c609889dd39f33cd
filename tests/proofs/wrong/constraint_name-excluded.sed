# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: a permitted name may be excluded
# Cost: cheap
s/if \(permitted == PLACE_INSIDE && excluded == PLACE_OUTSIDE\)/if (permitted == PLACE_INSIDE)/
