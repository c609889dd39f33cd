# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: an extended key usage may have no purpose
# Cost: dear
s/(!der_sequence\(value, &list\)) \|\| list\.size == 0\)/\1)/
