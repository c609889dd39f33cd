# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.h
# Says: a length may begin with an octet of zero
# Cost: dear
s/ \|\| \*in->data == 0\)/)/
