# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: percent-encoded octets may reach beyond the host
# Cost: dear
s/> 2 \? (hex_value\(host->data\[i \+ 2\]\))/> 1 ? \1/
