# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature_memo.c
# Says: what is known of a certificate holds for any key
# Cost: dear
s/if \(memcmp\(known->key, key, SIGNATURE_DIGEST_SIZE\) == 0\)/if (true)/
