# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: the two algorithms of a certificate may differ
# Cost: dear
s/!octets_equal\(certificate->signed_part\.algorithm, parts->inner_algorithm\)/false/
