# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: a critical extension that is not known is passed
# Cost: dear
s/kind == EXTENSION_KIND_COUNT \|\| kind == EXTENSION_AUTHORITY_KEY_ID/kind == EXTENSION_AUTHORITY_KEY_ID/
