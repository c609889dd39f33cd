# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/identity_map.c
# Says: identities are not sorted
# Cost: dear
s/^\t\tqsort\(.*;/\t\t;/
