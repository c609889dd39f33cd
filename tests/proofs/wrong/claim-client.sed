# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/claim.c
# Says: a peer that states a name may be another
# Cost: dear
/^static void take_client_id/,/^}/ s/claims->source = CLAIM_NONE;/claims->source = CLAIM_KEY;/
