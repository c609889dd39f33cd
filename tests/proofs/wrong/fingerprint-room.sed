# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/fingerprint.c
# Says: each octet is written
# Cost: cheap
s/if \(size < DANCE_SHA256_SIZE\)/if (true)/
