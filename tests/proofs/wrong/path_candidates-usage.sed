# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_candidates.c
# Says: a certificate is for every usage
# Cost: dear
s/if \(\(next->usages & 1u << usage\) != 0\)/if (true)/
