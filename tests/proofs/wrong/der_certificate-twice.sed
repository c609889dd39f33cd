# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der_certificate.c
# Says: of two extensions the first one counts
# Cost: dear
s/^(\t\tif \(value->data != NULL\) \{)$/\1 continue;/
