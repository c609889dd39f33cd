# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: a list of no alternative names is fine
# Cost: cheap
s/ \|\| names\.size == 0\)/)/
