# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/extension.c
# Says: a path length that cannot be read counts as none
# Cost: dear
s/!der_unsigned\(part, &basic->path_length\)/(basic->has_path_length = der_unsigned(part, \&basic->path_length), false)/
