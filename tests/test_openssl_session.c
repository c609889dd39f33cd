/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What was proved in one handshake counts for no other: tickets, an SSL that is used again, a
 * handshake that has not ended, an older TLS. */

#include "check.h"
#include "handshake.h"
#include "dance_openssl.h"
#include "fixture.h"
#include "scene.h"
#include "tls.h"

#include <openssl/err.h>
#include <string.h>

#define NAME "a.example"
#define HOST "_853._tcp.host.example"
#define EXTENSION DANCE_OPENSSL_EXTENSION

static struct credential host, mine;
static const struct tls_word said = { "\x09" NAME, 10, 0 }, silence;

static struct dance_roster *roster, *hosts;
static SSL_CTX *server, *client, *lax;
static SSL_SESSION *kept; /* the last that a client got a ticket for */
static struct tls_pair pair;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &host, { .key = KEY_P256 } },
	{ &mine, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static int keep(SSL *ssl, SSL_SESSION *session)
{
	(void)ssl;
	SSL_SESSION_free(kept);
	kept = session;
	return 1;
}

static void keep_sessions(SSL_CTX *ctx)
{
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT);
	SSL_CTX_sess_set_new_cb(ctx, keep);
}

static int verify_nothing(X509_STORE_CTX *asked, void *arg)
{
	(void)asked;
	(void)arg;
	return 1;
}

/* One that gives tickets, to whom it asked for a certificate. */
static SSL_CTX *new_lax_server(void)
{
	static const unsigned char keys[80] = "the same everywhere", context[] = "dance";
	SSL_CTX *ctx = tls_new(&host, NULL);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, verify_nothing, NULL);
	assert_true(SSL_CTX_set_session_id_context(ctx, context, sizeof(context) - 1));
	assert_true(SSL_CTX_set_tlsext_ticket_keys(ctx, (void *)(uintptr_t)keys,
		sizeof(keys)));
	return ctx;
}

static int begin(void **state)
{
	int wrong = scene_begin(state);
	publish(NAME, 60, &mine);
	publish(HOST, 60, &host);
	roster = roster_of(NAME, NULL);
	hosts = roster_of(HOST,
		&(struct dance_options){
			.size = sizeof(struct dance_options), .role = DANCE_SERVER });
	lax = new_lax_server();
	server = new_lax_server();
	assert_true(dance_openssl_arm_server(server, NULL));
	client = tls_new(&mine, NULL);
	keep_sessions(client);
	return wrong;
}

static int end(void **state)
{
	SSL_CTX_free(lax);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	SSL_SESSION_free(kept);
	kept = NULL;
	dance_roster_free(roster);
	dance_roster_free(hosts);
	return scene_end(state);
}

static void is_client(enum dance_verdict verdict)
{
	check_verdict(dance_openssl_verify(pair.server.ssl, roster, &result), verdict);
	assert_int_equal(result.detail[0] != '\0', verdict != DANCE_ALLOW);
}

static void resume(SSL_CTX *with)
{
	assert_true(tls_connect(&pair, client, lax));
	SSL_set_shutdown(pair.client.ssl, SSL_SENT_SHUTDOWN); /* or the session is spoilt */
	tls_end(&pair);
	assert_non_null(kept);
	assert_true(SSL_SESSION_is_resumable(kept));
	tls_begin(&pair, client, with);
	assert_true(SSL_set_session(pair.client.ssl, kept));
	assert_true(tls_shake(&pair));
}

static void an_armed_server_gives_no_tickets(void **state)
{
	(void)state;
	assert_true(tls_connect(&pair, client, server));
	tls_end(&pair);
	assert_null(kept);
}

static void an_armed_server_takes_no_tickets(void **state)
{
	(void)state;
	resume(server);
	assert_false(SSL_session_reused(pair.server.ssl));
	is_client(DANCE_ALLOW);
	tls_end(&pair);
}

static void a_resumed_session_proves_nothing(void **state)
{
	(void)state;
	resume(lax);
	assert_true(SSL_session_reused(pair.server.ssl));
	assert_non_null(SSL_get0_peer_certificate(pair.server.ssl));
	is_client(DANCE_DENY_UNPROVEN);
	assert_non_null(strstr(result.detail, "resumed"));
	tls_end(&pair);
}

static void a_resumed_server_proves_nothing(void **state)
{
	(void)state;
	const struct dance_openssl_options options = {
		.size = sizeof(options), .roster = hosts, .server_name = HOST
	};
	assert_true(dance_openssl_arm_client(client, &options, false));
	keep_sessions(client); /* against our advice */
	resume(lax);
	assert_true(SSL_session_reused(pair.client.ssl));
	check_verdict(dance_openssl_server_verdict(pair.client.ssl, &result),
		DANCE_UNDECIDED);
	tls_end(&pair);
}

static void an_armed_client_keeps_no_session(void **state)
{
	(void)state;
	const struct dance_openssl_options options = {
		.size = sizeof(options), .roster = hosts, .server_name = HOST
	};
	assert_true(dance_openssl_arm_client(client, &options, false));
	assert_true(tls_connect(&pair, client, lax));
	check_verdict(dance_openssl_server_verdict(pair.client.ssl, &result), DANCE_ALLOW);
	tls_end(&pair);
	assert_null(kept);
}

static void a_handshake_that_goes_on(void **state)
{
	(void)state;
	tls_begin(&pair, client, server);
	is_client(DANCE_DENY_UNPROVEN);
	assert_int_equal(SSL_do_handshake(pair.client.ssl), -1);
	assert_int_equal(SSL_do_handshake(pair.server.ssl), -1);
	assert_int_equal(SSL_do_handshake(pair.client.ssl), 1);
	is_client(DANCE_DENY_UNPROVEN);
	assert_true(tls_shake(&pair));
	is_client(DANCE_ALLOW);
	tls_end(&pair);
}

static void an_older_tls(void **state)
{
	(void)state;
	assert_true(SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION));
	assert_true(tls_connect(&pair, client, lax));
	assert_non_null(SSL_get0_peer_certificate(pair.server.ssl));
	is_client(DANCE_DENY_UNPROVEN);
	tls_end(&pair);
}

/* Makes both ends ready for another handshake. */
static void begin_again(void)
{
	assert_true(SSL_clear(pair.client.ssl));
	assert_true(SSL_clear(pair.server.ssl));
	BIO_reset(SSL_get_rbio(pair.client.ssl));
	BIO_reset(SSL_get_rbio(pair.server.ssl));
	SSL_set_connect_state(pair.client.ssl);
	SSL_set_accept_state(pair.server.ssl);
}

static void an_ssl_that_is_used_again(void **state)
{
	(void)state;
	struct tls_word word = said;
	tls_say(client, EXTENSION, &word);
	assert_true(tls_connect(&pair, client, server));
	const struct handshake *handshake = handshake_find(pair.server.ssl);
	assert_non_null(handshake);
	assert_int_equal(handshake->name_size, strlen(NAME));
	begin_again();
	assert_null(handshake_find(pair.server.ssl));
	assert_int_equal(handshake_get(pair.server.ssl)->name_size, 0);
	word = silence;
	assert_true(tls_shake(&pair));
	handshake = handshake_find(pair.server.ssl);
	assert_non_null(handshake);
	assert_int_equal(handshake->name_size, 0);
	tls_end(&pair);
}

static void a_verdict_on_a_server_of_before(void **state)
{
	(void)state;
	const struct dance_openssl_options options = {
		.size = sizeof(options), .roster = hosts, .server_name = HOST
	};
	assert_true(dance_openssl_arm_client(client, &options, false));
	assert_true(tls_connect(&pair, client, lax));
	check_verdict(dance_openssl_server_verdict(pair.client.ssl, NULL), DANCE_ALLOW);
	begin_again();
	check_verdict(dance_openssl_server_verdict(pair.client.ssl, NULL), DANCE_UNDECIDED);
	tls_end(&pair);
}

static void a_copy_of_an_ssl_is_another(void **state)
{
	(void)state;
	tls_begin(&pair, client, server);
	assert_non_null(handshake_get(pair.server.ssl));
	SSL *copy = SSL_dup(pair.server.ssl);
	assert_ptr_not_equal(copy, pair.server.ssl);
	assert_null(handshake_find(copy));
	SSL_free(copy);
	tls_end(&pair);
}

/* RFC 8446 4.6.2: the client is asked once more, and says something else. */
static void a_name_of_before(void **state)
{
	(void)state;
	struct tls_word word = said;
	unsigned char octet = 1;
	tls_say(client, EXTENSION, &word);
	tls_begin(&pair, client, server);
	SSL_set_post_handshake_auth(pair.client.ssl, 1);
	assert_true(tls_shake(&pair));
	assert_int_equal(handshake_find(pair.server.ssl)->name_size, strlen(NAME));

	word = silence;
	assert_true(SSL_verify_client_post_handshake(pair.server.ssl));
	assert_int_equal(SSL_do_handshake(pair.server.ssl), 1);
	assert_int_equal(SSL_read(pair.client.ssl, &octet, 1), -1);
	assert_int_equal(SSL_write(pair.client.ssl, &octet, 1), 1);
	assert_int_equal(SSL_read(pair.server.ssl, &octet, 1), 1);
	assert_int_equal(handshake_find(pair.server.ssl)->name_size, 0);
	is_client(DANCE_ALLOW);
	tls_end(&pair);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(an_armed_server_gives_no_tickets),
		ONE(an_armed_server_takes_no_tickets),
		ONE(a_resumed_session_proves_nothing),
		ONE(a_resumed_server_proves_nothing),
		ONE(an_armed_client_keeps_no_session),
		ONE(a_handshake_that_goes_on),
		ONE(an_older_tls),
		ONE(an_ssl_that_is_used_again),
		ONE(a_verdict_on_a_server_of_before),
		ONE(a_copy_of_an_ssl_is_another),
		ONE(a_name_of_before),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
