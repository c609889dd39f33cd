# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/base64.c
# Says: groups need not be whole
# Cost: cheap
s/length % 4 != 0/false/
