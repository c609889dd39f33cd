# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: ALLOW is recalled without TLS
# Cost: dear
s/\(xfr->verdict == DANCE_ALLOW \&\& !now\.secure\)/false/
