# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: an RSA key goes with any algorithm
# Cost: cheap
s/\(scheme->kind == PUBLIC_KEY_RSA \|\|/(true ||/
