# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: an issuer need not be a CA
# Cost: dear
s/return issuer->basic.ca \|\| older \?/return true ?/
