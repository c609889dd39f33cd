# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/match.c
# Says: PKIX-EE needs no path
# Cost: dear
s/if \(record->usage == TLSA_DANE_EE\) \{/if (record->usage == TLSA_DANE_EE || record->usage == TLSA_PKIX_EE) {/
