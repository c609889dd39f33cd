/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client's SSL whose verification of the server does not wait: the decision that is under way,
 * from one call of OpenSSL's verify callback to the next. It belongs to the SSL and goes with
 * it. */

#pragma once

#include "options.h"

struct no_wait;

/* NULL: verification waits. */
struct no_wait *no_wait_find(const SSL *ssl);

/* Decides about the server that OpenSSL asks about, as dance_verify() would. DANCE_UNDECIDED:
 * not yet; the handshake must be resumed when the host has been woken. */
enum dance_verdict no_wait_decide(struct no_wait *no_wait, const X509_STORE_CTX *asked,
	const struct options *options, struct dance_result *result);

/* NULL is fine. */
void no_wait_free(struct no_wait *no_wait);
