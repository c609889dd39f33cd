# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: what was signed costs nothing
# Cost: cheap
s/uint32_t hash = \(uint32_t\)size \/ 16;/uint32_t hash = 0;/
