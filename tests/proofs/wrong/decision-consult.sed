# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verify.c
# Says: a name without records is judged
# Cost: dear
s/if \(verdict == DANCE_UNDECIDED\) \{/if (verdict != DANCE_ALLOW) {/
