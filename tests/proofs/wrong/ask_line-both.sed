# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/dialect_line.c
# Says: a certificate may stand beside a digest
# Cost: dear
s/digests == \(values\[CERT\] != NULL\)/!digests \&\& values[CERT] == NULL/
