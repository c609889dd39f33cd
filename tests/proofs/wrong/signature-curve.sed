# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a key of an unknown curve is checked with
# Cost: cheap
s/ && key->curve != PUBLIC_KEY_CURVE_OTHER//
