# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a long exponent costs nothing
# Cost: cheap
s/for \(uint32_t rest = key->exponent; rest != 0; rest >>= 1\)/for (uint32_t rest = 3; rest != 0; rest >>= 1)/
