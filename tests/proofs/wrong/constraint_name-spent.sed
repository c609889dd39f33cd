# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/constraint.c
# Says: spent work permits
# Cost: cheap
s/^	if \(work->spent\) \{/	if (work->spent) {\n		return NULL;/
