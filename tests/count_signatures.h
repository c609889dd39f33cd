/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts the signatures that the library checks (link with
 * --wrap=gnutls_pubkey_verify_data2). */

#pragma once

/* Since the last count_signatures_from_zero(), by all threads. */
unsigned count_signatures(void);
void count_signatures_from_zero(void);
