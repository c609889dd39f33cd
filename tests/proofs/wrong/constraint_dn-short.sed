# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/dn.c
# Says: a name that is shorter is within
# Cost: cheap
/^		if \(rest->size == 0\) \{/,/^		\}/ s/return DN_NO;/return DN_YES;/
