# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: the first subtree of a form decides
# Cost: cheap
s/if \(place == PLACE_INSIDE \|\| work->spent\)/if (place != PLACE_UNCLEAR || work->spent)/
