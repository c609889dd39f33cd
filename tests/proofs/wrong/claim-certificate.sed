# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/claim.c
# Says: any name of a certificate is a claim
# Cost: dear
/^static void take_of_certificate/,/^}/ s/^			continue;/			owner = NULL;/
