/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. knotd asks a module before
 * each message of a transfer; the answer must not change half way through, and a client
 * that is left to the ACL is looked at once. */

#pragma once

#include <gnutls/gnutls.h>
#include <knot/module.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "dance.h"

#define XFR_VERDICT_RANDOM_SIZE 32

/* One for each worker thread, of the transfer that it is sending. */
struct xfr_verdict {
	enum dance_verdict verdict; /* UNDECIDED: nothing is kept */
	const knot_pkt_t *query;
	uint16_t id;
	uint16_t type;
	bool secure; /* over TLS: then with the random, */
	unsigned char
		random[XFR_VERDICT_RANDOM_SIZE]; /* the server's, in the TLS handshake; */
	sa_family_t family;                      /* else with the family, */
	in_port_t port;                          /* port and address of the client */
	unsigned char address[sizeof(struct in6_addr)];
	uint8_t question_size;
	uint8_t question[KNOT_DNAME_MAXLEN]; /* the owner name */
	char entry[DANCE_ENTRY_SIZE];        /* and who was allowed, by which entry */
	char name[DANCE_NAME_SIZE];
};

/* The verdict on an earlier message of this client's transfer, or UNDECIDED if there was none.
 * `tls` is NULL if the message did not come over TLS. Fills `result` with the verdict and
 * the client's name and entry. */
enum dance_verdict xfr_verdict_get(const struct xfr_verdict *xfr,
	const knotd_qdata_t *qdata, gnutls_session_t tls, struct dance_result *result);

/* Keeps a verdict. */
void xfr_verdict_set(struct xfr_verdict *xfr, const knotd_qdata_t *qdata,
	gnutls_session_t tls, const struct dance_result *result);

/* The transfer is over. */
void xfr_verdict_clear(struct xfr_verdict *xfr);
