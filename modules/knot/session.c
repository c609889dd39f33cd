/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What a TLS connection of knotd proves. Knows knotd's connection and GnuTLS sessions;
 * knows no names and no records. */

#include "session.h"

#include <libknot/quic/tls.h>
#include <string.h>

static gnutls_session_t tls_session(const knotd_qdata_t *qdata)
{
	const knotd_qdata_params_t *params = qdata->params;
	bool done = params->proto == KNOTD_QUERY_PROTO_TLS && params->tls_conn != NULL &&
		(params->tls_conn->flags & KNOT_TLS_CONN_HANDSHAKE_DONE) != 0;
	return done ? params->tls_conn->session : NULL;
}

static const char *transport_text(const knotd_qdata_t *qdata)
{
	switch (qdata->params->proto) {
	case KNOTD_QUERY_PROTO_UDP:
		return "plain UDP";
	case KNOTD_QUERY_PROTO_TCP:
		return "plain TCP";
	case KNOTD_QUERY_PROTO_QUIC:
		return "QUIC: a module cannot see its client certificate";
	case KNOTD_QUERY_PROTO_TLS:
		break;
	}
	return "the TLS handshake is not finished";
}

static void take_chain(struct session *session, const gnutls_datum_t *shown, unsigned count)
{
	for (unsigned i = 0; i < count && i < SESSION_CHAIN_MAX; i++) {
		session->chain[i] = (struct dance_octets){ shown[i].data, shown[i].size };
	}
	session->peer = (struct dance_peer){
		.size = sizeof(struct dance_peer),
		.chain = session->chain,
		.chain_count = count < SESSION_CHAIN_MAX ? count : SESSION_CHAIN_MAX,
		.raw_key = gnutls_certificate_type_get2(session->tls, GNUTLS_CTYPE_PEERS) ==
			GNUTLS_CRT_RAWPK,
	};
}

enum dance_verdict session_open(struct session *session, const knotd_qdata_t *qdata,
	const char **why)
{
	session->tls = tls_session(qdata);
	session->resumed = false;
	if (session->tls == NULL) {
		*why = transport_text(qdata);
		return DANCE_DENY_TRANSPORT;
	}
	/* RFC 9103 7.2; the draft's section 12 as well. */
	if (gnutls_protocol_get_version(session->tls) < GNUTLS_TLS1_3) {
		*why = "TLS older than 1.3";
		return DANCE_DENY_TRANSPORT;
	}

	/* A certificate is evidence only if this handshake carried the client's
	 * CertificateVerify. In a resumed one GnuTLS shows the certificate of some earlier
	 * handshake, and it is not the only case in which one is shown unproved. */
	session->resumed = gnutls_session_is_resumed(session->tls) != 0;
	if (session->resumed) {
		*why = "the TLS session was resumed";
		return DANCE_DENY_UNPROVEN;
	}
	unsigned count = 0;
	const gnutls_datum_t *shown = gnutls_certificate_get_peers(session->tls, &count);
	if (shown == NULL || count == 0) {
		*why = "no client certificate";
		return DANCE_DENY_CREDENTIAL;
	}
	if (gnutls_sign_algorithm_get_client(session->tls) == GNUTLS_SIGN_UNKNOWN) {
		*why = "the handshake did not prove the client's key";
		return DANCE_DENY_UNPROVEN;
	}
	take_chain(session, shown, count);
	return DANCE_UNDECIDED;
}

bool session_random(const struct session *session,
	unsigned char random[SESSION_RANDOM_SIZE])
{
	gnutls_datum_t client, server;
	if (session->tls == NULL) {
		return false;
	}
	gnutls_session_get_random(session->tls, &client, &server);
	if (server.size != SESSION_RANDOM_SIZE) {
		return false;
	}
	memcpy(random, server.data, SESSION_RANDOM_SIZE);
	return true;
}

/* The longest that a ticket may live, in seconds (RFC 8446 4.6.1). */
#define TICKET_LIFETIME 604800

bool session_can_spoil_tickets(void)
{
	return gnutls_db_get_default_cache_expiration() < TICKET_LIFETIME / 2;
}

void session_spoil_tickets(const knotd_qdata_t *qdata)
{
	/* knotd keeps no session database, so that the pointer for one can mark the
	 * sessions that are done. */
	static char done;

	gnutls_session_t tls = tls_session(qdata);
	if (tls == NULL || gnutls_db_get_ptr(tls) == &done) {
		return;
	}
	gnutls_db_set_ptr(tls, &done);

	/* Clients use the newest ticket first. GnuTLS derives the key of a ticket from the
	 * time and from the lifetime that the session has set, and opens tickets with the
	 * key of the default lifetime, which knotd leaves as it is. A ticket of another
	 * lifetime therefore never opens: the server goes on with a full handshake.
	 *
	 * The lifetime is also what the client is told. It is the longest that RFC 8446
	 * 4.6.1 allows, so that this ticket outlives every other one that the client holds:
	 * if it expired before them, the client would fall back on one that opens. A resumed
	 * session gives no ticket that ends after the first session's lifetime (4.6.1), and
	 * with the longest one it still gives this one. */
	gnutls_db_set_cache_expiration(tls, TICKET_LIFETIME);
	(void)gnutls_session_ticket_send(tls, 1, 0);
}
