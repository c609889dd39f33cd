# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der_certificate.c
# Says: something may stand behind the signature
# Cost: dear
s/^\t\tin->size == 0;/\t\ttrue;/
