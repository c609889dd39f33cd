# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: the last octet of a host is always taken for a dot
# Cost: dear
s/found\.data\[found\.size - 1\] == '\.'/true/
