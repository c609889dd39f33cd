# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.c
# Says: a BIT STRING may be without the octet that counts
# Cost: cheap
s/content\.size > 0 && (content\.data\[0\] <= )/content.size == 0 || \1/
