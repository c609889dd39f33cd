# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der_certificate.c
# Says: the SPKI is without its head
# Cost: dear
s/\*spki = \(struct dance_octets\)\{.*$/*spki = content;/
