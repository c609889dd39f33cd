# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: the lower half of a percent-encoded octet is lost
# Cost: dear
s/host->size - i < 3/host->size - i < 2/
