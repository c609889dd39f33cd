# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: whether an algorithm is secure is asked of its use anywhere
# Cost: cheap
s/GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS\) == 0/0) == 0/
