# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/claim.c
# Says: the name that a peer states need not be permitted
# Cost: dear
s/if \(!roster_permits\(claims->roster, &claims->client_id, &owner\)\)/if (!roster_permits(claims->roster, \&claims->client_id, \&owner) \&\& owner != NULL)/
