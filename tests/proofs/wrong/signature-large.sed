# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: an RSA key may be larger than is checked with
# Cost: cheap
s/key->bits <= PUBLIC_KEY_RSA_BITS_MAX && //
