# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: an excluded subtree that is unclear does not matter
# Cost: cheap
s/permitted == PLACE_INSIDE && excluded == PLACE_OUTSIDE/permitted == PLACE_INSIDE \&\& excluded != PLACE_INSIDE/
