# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: percent-encoded octets may reach beyond the host
# Cost: dear
s/host->size - i < 3/host->size - i < 2/
