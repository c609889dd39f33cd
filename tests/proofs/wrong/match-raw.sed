# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/match.c
# Says: a raw key satisfies a record of a certificate
# Cost: dear
s/\(record->usage == TLSA_DANE_EE && record->selector == TLSA_SPKI\)/(record->usage == TLSA_DANE_EE)/
