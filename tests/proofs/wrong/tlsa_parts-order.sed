# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: the weakest usage is first
# Cost: cheap
s/left->usage > right->usage \? -1 : 1/left->usage < right->usage ? -1 : 1/
