# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: one CA more may stand below an issuer
# Cost: dear
s/between > issuer->basic.path_length/between > issuer->basic.path_length + UINT64_C(1)/
