# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: what is cleared stays
# Cost: dear
s/^\txfr->verdict = DANCE_UNDECIDED;/\t(void)xfr;/
