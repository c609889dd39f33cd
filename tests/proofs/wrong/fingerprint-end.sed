# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/fingerprint.c
# Says: a colon may be the end
# Cost: cheap
s/ \|\| text\[1\] == '.0'//
