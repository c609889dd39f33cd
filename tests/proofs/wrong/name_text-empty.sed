# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/name.c
# Says: a name may end with a dot
# Cost: cheap
s/return label == 0 \?/return size == 0 ?/
