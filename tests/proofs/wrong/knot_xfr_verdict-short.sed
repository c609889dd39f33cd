# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: a handshake without a random is like any other
# Cost: dear
s/server\.size != sizeof\(xfr->random\)/false/
