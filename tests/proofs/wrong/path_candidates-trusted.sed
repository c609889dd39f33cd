# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_candidates.c
# Says: DANE-TA ends at what the operator trusts
# Cost: dear
s/usage != TLSA_DANE_TA \? (candidates->trust->count)/candidates->trust != NULL ? \1/
