# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a signature that was not checked is by another
# Cost: dear
s/check_issuer\(search, issuer\) == SIGNATURE_GOOD/check_issuer(search, issuer) != SIGNATURE_WRONG/
