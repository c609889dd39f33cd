# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: a client that is not allowed is verified
# Cost: dear
s/proved->verdict != DANCE_ALLOW \|\|/false ||/
