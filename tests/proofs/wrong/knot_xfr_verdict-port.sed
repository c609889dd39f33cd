# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: another port of the same address is the client
# Cost: dear
s/xfr->port = v4->sin_port;/;/
