# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/candidate.c
# Says: a list is not asked
# Cost: cheap
s/if \(refused != DANCE_UNDECIDED\) \{/if (false) {/
