# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/fingerprint.c
# Says: a fingerprint may be longer
# Cost: cheap
s/low < 0 \|\| size == FINGERPRINT_SIZE_MAX/low < 0/
