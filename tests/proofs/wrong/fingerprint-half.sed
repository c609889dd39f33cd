# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/fingerprint.c
# Says: half a pair is one
# Cost: cheap
s/if \(low < 0 \|\|/if (high < 0 ||/
