# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verdict.c
# Says: the value behind the last verdict has words behind the table
# Cost: cheap
s/\(unsigned\)verdict >= VERDICT_COUNT/(unsigned)verdict > VERDICT_COUNT/
