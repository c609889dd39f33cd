# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/claim.c
# Says: names of a certificate have no end
# Cost: dear
/^static void take_of_certificate/,/^}/ s/claims->count == PEER_NAME_MAX/claims->count == 100/
