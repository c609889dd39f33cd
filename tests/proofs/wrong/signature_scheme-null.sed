# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: an ECDSA algorithm may have a NULL
# Cost: dear
s/\(scheme->kind == PUBLIC_KEY_RSA \&\& is_null_or_absent\(parts\)\)/is_null_or_absent(parts)/
