# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/public_key.c
# Says: an RSA key may have one bit less than it needs
# Cost: dear
s/key\.bits >= PUBLIC_KEY_RSA_BITS_MIN/key.bits >= PUBLIC_KEY_RSA_BITS_MIN - 1/
