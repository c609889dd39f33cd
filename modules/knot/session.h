/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What a TLS connection of knotd proves about the client: its certificate or key if this
 * very handshake proved it, nothing otherwise. */

#pragma once

#include <gnutls/gnutls.h>
#include <knot/module.h>

#include "dance.h"

/* One more than libdance takes: longer chains are cut, and refused there as too long. */
#define SESSION_CHAIN_MAX (DANCE_CHAIN_MAX + 1)

#define SESSION_RANDOM_SIZE 32

struct session {
	gnutls_session_t tls; /* NULL: not over TLS */
	bool resumed;
	struct dance_octets chain[SESSION_CHAIN_MAX];
	struct dance_peer peer; /* points to the chain, which is the session's */
};

/* Takes what the connection of this query shows. UNDECIDED when there is a proved
 * credential to decide about; else DENY_TRANSPORT, DENY_CREDENTIAL or DENY_UNPROVEN with
 * a reason in *why. */
enum dance_verdict session_open(struct session *session, const knotd_qdata_t *qdata,
	const char **why);

/* The server's random of the TLS handshake, by which a connection can be told from all others.
 * False if there is none. */
bool session_random(const struct session *session,
	unsigned char random[SESSION_RANDOM_SIZE]);

/* Gives the client a session ticket that this server will not accept, once a connection.
 * Its next connection is then a full handshake: a resumed one proves no key, and knotd gives
 * out tickets that can be resumed. */
void session_spoil_tickets(const knotd_qdata_t *qdata);

/* False if this GnuTLS would accept such a ticket, because its default lifetime is another
 * than it was: clients that resume sessions are then refused. */
bool session_can_spoil_tickets(void);
