# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der_certificate.c
# Says: a critical extension is not read
# Cost: dear
/\/\* critical \*\//d
