# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a signature need not be whole octets
# Cost: cheap
s/ \|\| of->signature\.data\[0\] != 0 \|\|/ ||/
