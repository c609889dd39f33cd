# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/base64.c
# Says: as many octets as characters
# Cost: dear
s/i < 3 - missing; i/i < 3; i/
