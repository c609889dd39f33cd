# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: an IPv6 address that begins like the IPv4 one is the client
# Cost: dear
s/now\.family != xfr->family \|\|/false ||/
