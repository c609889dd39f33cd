# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: an address is a host
# Cost: dear
s/ && !is_address\(found\)//
