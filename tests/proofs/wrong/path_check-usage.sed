# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: an issuer may use its key for anything
# Cost: dear
s/if \(\(issuer->key_usage & KEY_USAGE_CERT_SIGN\) == 0\)/if (issuer->key_usage == 0)/
