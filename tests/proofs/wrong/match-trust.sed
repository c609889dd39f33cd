# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/match.c
# Says: PKIX usages count without trusted CAs
# Cost: cheap
s/usages & ~\(DANCE_PKIX_TA \| DANCE_PKIX_EE\)/usages/
