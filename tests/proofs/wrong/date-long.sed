# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/date.c
# Says: a GeneralizedTime may have fractions
# Cost: cheap
s/date\.size != 4 \+ REST_SIZE/date.size < 4 + REST_SIZE/
