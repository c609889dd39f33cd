# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/dn.c
# Says: an RDN may have more attributes than the other
# Cost: dear
s/if \(first_count != second_count\)/if (first_count > second_count)/
