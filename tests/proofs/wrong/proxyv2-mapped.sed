# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: an address that only begins like a mapped one is cut
# Cost: dear
s/prefix, sizeof\(prefix\)\) == 0/prefix, sizeof(prefix) - 2) == 0/
