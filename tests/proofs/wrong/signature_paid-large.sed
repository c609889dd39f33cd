# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a key may be as large as it likes
# Cost: cheap
s/key->bits <= PUBLIC_KEY_RSA_BITS_MAX \&\& key->exponent != 0;/key->exponent != 0;/
