/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. knotd asks a module before
 * each message of a transfer; the answer must not change half way through. */

#pragma once

#include <gnutls/gnutls.h>
#include <knot/module.h>

#include "dance.h"

#define MEMO_RANDOM_SIZE 32

/* One for each worker thread, of the transfer that it is sending. */
struct memo {
	bool filled;
	const knot_pkt_t *query;
	uint16_t id;
	uint16_t type;
	unsigned char random[MEMO_RANDOM_SIZE]; /* the server's, in the TLS handshake */
	unsigned char question[32];             /* SHA-256 of the owner name */
	char name[DANCE_NAME_SIZE];             /* who was allowed */
};

/* Was this client's transfer allowed on an earlier message of it? */
bool memo_has(const struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls);

/* Keeps that the transfer is allowed. */
void memo_take(struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls,
	const char *name);

/* The transfer is over. */
void memo_drop(struct memo *memo);
