# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/dn.c
# Says: a value that cannot be compared is another
# Cost: dear
s/answer = DN_UNCLEAR;/;/
