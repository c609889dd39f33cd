/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What a TLS connection of knotd proves of its client, and the ticket that ends resumption. The
 * connection is made up here. */

#include <libknot/quic/tls.h>
#include <string.h>

#include "check.h"
#include "fake_tls.h"
#include "session.h"

static struct fake_tls tls;
static knot_tls_conn_t connection;
static knotd_qdata_params_t params;
static knotd_qdata_t qdata;
static struct session session;
static const char *why;

static const unsigned char der[] = { 0x30, 0 };
static const struct dance_octets certificate = { der, sizeof(der) };

/* A client that proves its certificate. */
static int begin(void **state)
{
	(void)state;
	fake_tls_init(&tls);
	fake_tls_show(&tls, &certificate);
	connection = (knot_tls_conn_t){ .session = fake_tls_session(&tls),
		.flags = KNOT_TLS_CONN_HANDSHAKE_DONE };
	params = (knotd_qdata_params_t){ .proto = KNOTD_QUERY_PROTO_TLS,
		.tls_conn = &connection };
	qdata = (knotd_qdata_t){ .params = &params };
	memset(&session, 0xa5, sizeof(session));
	why = "nothing was said";
	fake_tls_set_default_expiration(21600);
	return 0;
}

static void a_certificate_that_is_proved_is_handed_on(void **state)
{
	(void)state;
	check_verdict(session_open(&session, &qdata, &why), DANCE_UNDECIDED);
	assert_ptr_equal(session.tls, fake_tls_session(&tls));
	assert_false(session.resumed);
	assert_ptr_equal(session.peer.chain, session.chain);
	assert_int_equal(session.peer.chain_count, 1);
	assert_ptr_equal(session.chain[0].data, der);
	assert_int_equal(session.chain[0].size, sizeof(der));
	assert_false(session.peer.raw_key);
	assert_null(session.peer.client_id);
}

static void a_raw_key_is_told_from_a_certificate(void **state)
{
	(void)state;
	tls.type = GNUTLS_CRT_RAWPK;
	check_verdict(session_open(&session, &qdata, &why), DANCE_UNDECIDED);
	assert_true(session.peer.raw_key);
}

/* libdance refuses what is longer than it takes; it must see that it is. */
static void a_chain_is_cut_where_it_is_too_long_already(void **state)
{
	(void)state;
	static const unsigned counts[] = { SESSION_CHAIN_MAX - 1, SESSION_CHAIN_MAX,
		SESSION_CHAIN_MAX + 1, FAKE_TLS_CHAIN_MAX };
	for (size_t i = 0; i < ROWS(counts); i++) {
		begin(state);
		for (unsigned j = 0; j < FAKE_TLS_CHAIN_MAX; j++) {
			tls.chain[j] = tls.chain[0];
			tls.chain[j].size = j + 1;
		}
		tls.chain_count = counts[i];
		check_verdict(session_open(&session, &qdata, &why), DANCE_UNDECIDED);
		size_t taken = counts[i] < SESSION_CHAIN_MAX ? counts[i] :
							       SESSION_CHAIN_MAX;
		assert_int_equal(session.peer.chain_count, taken);
		for (size_t j = 0; j < SESSION_CHAIN_MAX; j++) {
			assert_int_equal(session.chain[j].size,
				j < taken ? j + 1 : 0xa5a5a5a5a5a5a5a5u);
		}
		assert_ptr_equal(session.tls, fake_tls_session(&tls));
	}
}

static void udp(void)
{
	params.proto = KNOTD_QUERY_PROTO_UDP;
}

static void tcp(void)
{
	params.proto = KNOTD_QUERY_PROTO_TCP;
}

static void quic(void)
{
	params.proto = KNOTD_QUERY_PROTO_QUIC;
}

static void without_connection(void)
{
	params.tls_conn = NULL;
}

static void before_the_handshake_is_done(void)
{
	connection.flags = (knot_tls_conn_flag_t)~KNOT_TLS_CONN_HANDSHAKE_DONE;
}

static void tls12(void)
{
	tls.version = GNUTLS_TLS1_2;
}

static void ssl3(void)
{
	tls.version = GNUTLS_SSL3;
}

static void resumed(void)
{
	tls.resumed = true;
}

/* What an earlier handshake showed, and perhaps proved. */
static void resumed_without_proof(void)
{
	tls.resumed = true;
	tls.proved = false;
}

static void shown_without_proof(void)
{
	tls.proved = false;
}

static void with_a_count_alone(void)
{
	tls.odd = true;
}

static void with_certificates_that_are_none(void)
{
	tls.odd = true;
	tls.chain_count = 0;
}

static void without_certificate(void)
{
	tls.chain_count = 0;
	tls.proved = false;
}

static const struct {
	const char *row;
	void (*change)(void);
	enum dance_verdict verdict;
	const char *reason;
	bool tls; /* a session is there all the same */
} unproven[] = {
	{ "UDP", udp, DANCE_DENY_TRANSPORT, "plain UDP", false },
	{ "TCP", tcp, DANCE_DENY_TRANSPORT, "plain TCP", false },
	{ "QUIC", quic, DANCE_DENY_TRANSPORT,
		"QUIC: a module cannot see its client certificate", false },
	{ "no connection", without_connection, DANCE_DENY_TRANSPORT,
		"the TLS handshake is not finished", false },
	{ "half a handshake", before_the_handshake_is_done, DANCE_DENY_TRANSPORT,
		"the TLS handshake is not finished", false },
	{ "TLS 1.2", tls12, DANCE_DENY_TRANSPORT, "TLS older than 1.3", true },
	{ "SSL 3", ssl3, DANCE_DENY_TRANSPORT, "TLS older than 1.3", true },
	{ "resumed", resumed, DANCE_DENY_UNPROVEN, "the TLS session was resumed", true },
	{ "resumed, no proof", resumed_without_proof, DANCE_DENY_UNPROVEN,
		"the TLS session was resumed", true },
	{ "shown, no proof", shown_without_proof, DANCE_DENY_UNPROVEN,
		"the handshake did not prove the client's key", true },
	{ "a count alone", with_a_count_alone, DANCE_DENY_CREDENTIAL,
		"no client certificate", true },
	{ "no count", with_certificates_that_are_none, DANCE_DENY_CREDENTIAL,
		"no client certificate", true },
	{ "no certificate", without_certificate, DANCE_DENY_CREDENTIAL,
		"no client certificate", true },
};

static void whatever_else_is_refused_with_its_reason(void **state)
{
	for (size_t i = 0; i < ROWS(unproven); i++) {
		begin(state);
		unproven[i].change();
		check_row(unproven[i].row, session_open(&session, &qdata, &why),
			unproven[i].verdict);
		assert_string_equal(why, unproven[i].reason);
		check_true(unproven[i].row, (session.tls != NULL) == unproven[i].tls);
		check_true(unproven[i].row, session.resumed == tls.resumed);
	}
}

static void a_connection_is_known_by_the_random_of_the_server(void **state)
{
	(void)state;
	unsigned char random[SESSION_RANDOM_SIZE];
	(void)session_open(&session, &qdata, &why);
	assert_true(session_random(&session, random));
	assert_memory_equal(random, tls.random, sizeof(random));
	tls.random_size = SESSION_RANDOM_SIZE - 1;
	assert_false(session_random(&session, random));
	tls.random_size = 0;
	assert_false(session_random(&session, random));
	session.tls = NULL;
	assert_false(session_random(&session, random));
}

/* RFC 8446 4.6.1: seven days at most. */
static void a_connection_gets_one_ticket_of_the_longest_lifetime(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		session_spoil_tickets(&qdata);
		assert_int_equal(tls.tickets, 1);
	}
	assert_int_equal(tls.sent_expiration, 604800);
	/* A resumed one too. */
	fake_tls_init(&tls);
	tls.resumed = true;
	session_spoil_tickets(&qdata);
	assert_int_equal(tls.tickets, 1);
}

static void without_a_session_there_is_no_ticket(void **state)
{
	for (size_t i = 0; i < ROWS(unproven); i++) {
		if (!unproven[i].tls) {
			begin(state);
			unproven[i].change();
			session_spoil_tickets(&qdata);
			check_true(unproven[i].row, tls.tickets == 0);
		}
	}
}

static void a_default_lifetime_like_that_of_the_ticket_is_found_out(void **state)
{
	(void)state;
	static const struct {
		int seconds;
		bool can;
	} rows[] = { { 3600, true }, { 21600, true }, { 302399, true }, { 302400, false },
		{ 604800, false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		fake_tls_set_default_expiration(rows[i].seconds);
		assert_true(session_can_spoil_tickets() == rows[i].can);
	}
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_certificate_that_is_proved_is_handed_on),
		ONE(a_raw_key_is_told_from_a_certificate),
		ONE(a_chain_is_cut_where_it_is_too_long_already),
		ONE(whatever_else_is_refused_with_its_reason),
		ONE(a_connection_is_known_by_the_random_of_the_server),
		ONE(a_connection_gets_one_ticket_of_the_longest_lifetime),
		ONE(without_a_session_there_is_no_ticket),
		ONE(a_default_lifetime_like_that_of_the_ticket_is_found_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
