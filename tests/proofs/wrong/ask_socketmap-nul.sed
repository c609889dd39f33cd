# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_socketmap.c
# Says: the key ends where the netstring does not
# Cost: cheap
s/octets\[text \+ text_size\] = '.0';/(void)octets;/
