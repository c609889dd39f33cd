# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: octets have room for one record only
# Cost: dear
s/octets \+= picked\[i\]\.size;/octets = picked[i].size;/
