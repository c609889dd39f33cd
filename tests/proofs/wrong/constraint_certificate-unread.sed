# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: constraints that cannot be read permit all
# Cost: cheap
s/return "an issuer.s name constraints cannot be read";/return NULL;/
