# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/match.c
# Says: PKIX-TA is on where the host sets no usages
# Cost: cheap
s/options->usages : DANCE_USAGES_DEFAULT/options->usages : DANCE_USAGES_DEFAULT | DANCE_PKIX_TA/
