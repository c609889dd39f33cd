# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: an issuer need not have signed
# Cost: dear
s/if \(is != SIGNATURE_GOOD\) \{/if (is == SIGNATURE_UNKNOWN) {/
