/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. knotd asks a module before
 * each message of a transfer; the answer must not change half way through. */

#pragma once

#include <knot/module.h>

#include "dance.h"

/* One for each worker thread. Its addresses are reused by knotd, so no pointer is taken
 * for an identity: the client's leaf certificate and the question count too. */
struct memo {
	bool filled;
	const knot_pkt_t *query;
	uint16_t id;
	uint16_t type;
	unsigned char leaf[32];  /* SHA-256 */
	unsigned char question[32]; /* SHA-256 of the owner name */
	uint64_t taken;          /* seconds, of a clock that only goes forward */
	char name[DANCE_NAME_SIZE]; /* who was allowed */
};

/* Was this client's transfer allowed on an earlier message of it? */
bool memo_has(const struct memo *memo, const knotd_qdata_t *qdata,
	const struct dance_peer *peer);

/* Keeps that the transfer is allowed. */
void memo_take(struct memo *memo, const knotd_qdata_t *qdata,
	const struct dance_peer *peer, const char *name);

/* The transfer is over. */
void memo_drop(struct memo *memo);
