# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/decision.c
# Says: an earlier ALLOW counts without a proved key
# Cost: cheap
s/before != DANCE_ALLOW \|\| unproven == DANCE_UNDECIDED/true/
