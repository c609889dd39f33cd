# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_candidates.c
# Says: a path of DANE-TA begins with the trusted certificate
# Cost: dear
s/usage != TLSA_DANE_TA && candidates->trusted_leaf != NULL/candidates->trusted_leaf != NULL/
