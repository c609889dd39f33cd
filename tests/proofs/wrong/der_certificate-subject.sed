# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der_certificate.c
# Says: the subject is taken for the SPKI
# Cost: dear
/\/\* subject \*\//d
