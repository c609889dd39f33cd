# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: the octets of records lie over each other
# Cost: dear
s/^\t\tdata \+= picked\[i\]\.size;/\t\tdata += 1;/
