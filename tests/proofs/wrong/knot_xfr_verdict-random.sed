# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: the handshake is not looked at
# Cost: dear
s/memcmp\(now\.random, xfr->random, sizeof\(now\.random\)\) != 0/false/
