# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: another query in the same packet is the transfer
# Cost: dear
s/now\.id != xfr->id \|\|/false ||/
