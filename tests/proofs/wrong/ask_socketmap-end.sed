# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_socketmap.c
# Says: a netstring may end with anything
# Cost: cheap
s/octets\[\*text \+ length\] == ',' \?/true ?/
