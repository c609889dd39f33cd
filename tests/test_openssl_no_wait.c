/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Handshakes and decisions of a host that does not wait for DNS. */

#include "check.h"
#include "dance_openssl.h"
#include "fixture.h"
#include "scene.h"
#include "tls.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdatomic.h>
#include <string.h>

#define HOST "_853._tcp.host.example"
#define NAME "a.example"

static const struct alternative_name host_names[] = { DNS("host.example") };
static struct credential host, other, authority, issued, mine;

static struct dance_roster *roster;
static SSL_CTX *server, *client;
static struct tls_pair pair;
static struct dance_result result = { .size = sizeof(result) };
static struct dance_openssl_options options = { .size = sizeof(options) };
static atomic_uint wakes;

const struct fixture fixtures[] = {
	{ &host, { .key = KEY_P256, .expired = true } },
	{ &other, { .key = KEY_P256 } },
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &issued,
		{ .key = KEY_ED25519,
			.issuer = &authority,
			.common_name = "issued",
			.names = host_names,
			.name_count = ROWS(host_names) } },
	{ &mine, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static unsigned freed; /* decisions that were there */

void __real_dance_decision_free(struct dance_decision *decision);
void __wrap_dance_decision_free(struct dance_decision *decision);

void __wrap_dance_decision_free(struct dance_decision *decision)
{
	freed += decision != NULL;
	__real_dance_decision_free(decision);
}

static void on_wake(void *arg)
{
	atomic_fetch_add((atomic_uint *)arg, 1);
}

static unsigned woken(void)
{
	fake_resolver_settle();
	return atomic_load(&wakes);
}

static int begin(void **state)
{
	int wrong = scene_begin(state);
	roster = NULL;
	options = (struct dance_openssl_options){
		.size = sizeof(struct dance_openssl_options),
		.server_name = HOST,
		.name = NAME
	};
	return wrong;
}

static int end(void **state)
{
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	server = client = NULL;
	dance_roster_free(roster);
	return scene_end(state);
}

/* A client that trusts the authority, as far as that helps. */
static void arm(void)
{
	const unsigned char *at = authority.whole[TLSA_CERTIFICATE].data;
	X509 *anchor = d2i_X509(NULL, &at, (long)authority.whole[TLSA_CERTIFICATE].size);
	dance_roster_free(roster);
	roster = roster_of(HOST,
		&(struct dance_options){
			.size = sizeof(struct dance_options), .role = DANCE_SERVER });
	options.roster = roster;
	SSL_CTX_free(client);
	client = tls_new(&mine, NULL);
	assert_true(X509_STORE_add_cert(SSL_CTX_get_cert_store(client), anchor));
	X509_free(anchor);
	assert_true(dance_openssl_arm_client(client, &options, false));
}

/* One that asks for the client's name. */
static void serve(const struct credential *own, const struct credential *above,
	bool raw_key)
{
	SSL_CTX_free(server);
	server = tls_new(own, above);
	assert_true(dance_openssl_arm_server(server, NULL));
	if (raw_key) {
		tls_prefer_raw_keys(server);
	}
}

static void meet(void)
{
	atomic_store(&wakes, 0);
	tls_begin(&pair, client, server);
	assert_true(dance_openssl_no_wait(pair.client.ssl, on_wake, &wakes));
}

/* How far does the client get? */
static int shake(void)
{
	for (int turn = 0; turn < 20; turn++) {
		int did = SSL_do_handshake(pair.client.ssl);
		int error = SSL_get_error(pair.client.ssl, did);
		if (error != SSL_ERROR_WANT_READ) {
			return error;
		}
		(void)SSL_do_handshake(pair.server.ssl);
	}
	return SSL_ERROR_WANT_READ;
}

/* Nothing of the client's own has been sent, and nothing is believed. */
static void is_undecided(const char *row)
{
	check_true(row, shake() == SSL_ERROR_WANT_RETRY_VERIFY);
	check_true(row, SSL_want_retry_verify(pair.client.ssl));
	check_true(row, ERR_peek_error() == 0);
	check_row(row, dance_openssl_server_verdict(pair.client.ssl, &result),
		DANCE_UNDECIDED);
	check_true(row, BIO_ctrl_pending(SSL_get_rbio(pair.server.ssl)) == 0);
	check_true(row, SSL_get_verify_result(pair.client.ssl) != X509_V_OK);
	check_true(row, !SSL_is_init_finished(pair.client.ssl));
}

static void goes_on(const char *row)
{
	check_true(row, shake() == SSL_ERROR_NONE);
	check_row(row, dance_openssl_server_verdict(pair.client.ssl, &result), DANCE_ALLOW);
	check_true(row, tls_shake(&pair));
	check_true(row, SSL_get_verify_result(pair.client.ssl) == X509_V_OK);
	assert_int_equal(ERR_peek_error(), 0);
}

static void is_refused(const char *row, enum dance_verdict verdict)
{
	check_true(row, shake() == SSL_ERROR_SSL);
	check_row(row, dance_openssl_server_verdict(pair.client.ssl, &result), verdict);
	if (pair.client.alert != SSL_AD_HANDSHAKE_FAILURE) {
		fail_msg("%s: alert %d", row, pair.client.alert);
	}
}

static void answer_held(const struct dance_tlsa *record, enum resolver_outcome outcome)
{
	const struct fake_answer told = { .outcome = outcome,
		.records = record,
		.count = record != NULL,
		.ttl = 60,
		.held = true };
	fake_resolver_set(HOST, &told);
}

static void what_is_known_is_not_awaited(void **state)
{
	(void)state;
	publish(HOST, 60, &host);
	arm();
	serve(&host, NULL, false);
	meet();
	goes_on("known");
	assert_int_equal(woken(), 0);
	tls_end(&pair);
	serve(&other, NULL, false);
	meet();
	is_refused("known", DANCE_DENY_MISMATCH);
	tls_end(&pair);
}

static void an_answer_lets_it_go_on(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		const struct credential *shown;
		bool raw_key;
		enum dance_verdict verdict;
	} rows[] = {
		{ "certificate", &host, false, DANCE_ALLOW },
		{ "raw key", &host, true, DANCE_ALLOW },
		{ "another", &other, false, DANCE_DENY_MISMATCH },
		{ "another raw key", &other, true, DANCE_DENY_MISMATCH },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		publish_held(HOST, 60, &host);
		arm();
		serve(rows[i].shown, NULL, rows[i].raw_key);
		meet();
		is_undecided(rows[i].row);
		is_undecided("asked before its time");
		check_true(rows[i].row, woken() == 0);
		fake_resolver_release(HOST);
		check_true(rows[i].row, woken() == 1);
		freed = 0;
		if (rows[i].verdict == DANCE_ALLOW) {
			goes_on(rows[i].row);
			assert_int_equal(SSL_get0_peer_rpk(pair.client.ssl) != NULL,
				rows[i].raw_key);
		} else {
			is_refused(rows[i].row, rows[i].verdict);
		}
		check_true(rows[i].row, woken() == 1);
		check_true(rows[i].row, freed == 1); /* not only with the SSL */
		tls_end(&pair);
		check_true(rows[i].row, freed == 1);
	}
}

static void what_cannot_be_judged_is_refused(void **state)
{
	(void)state;
	publish(HOST, 60, &host);
	arm();
	serve(&host, NULL, false);
	for (int i = 0; i < DANCE_CHAIN_MAX; i++) {
		assert_true(SSL_CTX_add1_chain_cert(server,
			SSL_CTX_get0_certificate(server)));
	}
	meet();
	is_refused("too long", DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "more than 32 certificates were shown");
	check_verdict(result.verdict, DANCE_DENY_CREDENTIAL);
	tls_end(&pair);
}

static void its_time_is_limited(void **state)
{
	(void)state;
	publish_held(HOST, 60, &host);
	arm();
	serve(&host, NULL, false);
	meet();
	is_undecided("at once");
	pass(499);
	assert_int_equal(woken(), 0);
	is_undecided("before the end");
	pass(1);
	assert_int_equal(woken(), 1);
	is_refused("after it", DANCE_FAIL_TIMEOUT);
	tls_end(&pair);
}

static void where_dns_has_nothing_pkix_counts(void **state)
{
	(void)state;
	static const struct {
		const struct credential *shown;
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ &issued, RESOLVER_DENIED, DANCE_ALLOW },
		{ &other, RESOLVER_DENIED, DANCE_DENY_NO_TLSA },
		{ &issued, RESOLVER_BOGUS, DANCE_FAIL_BOGUS },
	};
	options.pkix_host = "host.example";
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer_held(NULL, rows[i].outcome);
		arm();
		serve(rows[i].shown, NULL, false);
		meet();
		is_undecided("held");
		fake_resolver_release(HOST);
		assert_int_equal(woken(), 1);
		if (rows[i].verdict == DANCE_ALLOW) {
			goes_on("valid");
			assert_false(result.has_record);
		} else {
			is_refused("not valid", rows[i].verdict);
		}
		tls_end(&pair);
	}
}

static void a_chain_is_kept_while_it_waits(void **state)
{
	(void)state;
	const struct dance_tlsa anchor = tlsa_of(&authority, 2, 0, 1);
	answer_held(&anchor, RESOLVER_SECURE);
	arm();
	serve(&issued, &authority, false);
	meet();
	is_undecided("held");
	fake_resolver_release(HOST);
	goes_on("chain");
	assert_int_equal(result.usage, 2);
	tls_end(&pair);
}

static void an_ssl_that_goes_wakes_nobody(void **state)
{
	(void)state;
	publish_held(HOST, 60, &host);
	arm();
	serve(&host, NULL, false);
	meet();
	is_undecided("held");
	tls_end(&pair);
	fake_resolver_release(HOST);
	assert_int_equal(woken(), 0);
}

/* The decision is about what this server shows, not about what another one showed before. */
static void an_ssl_that_is_used_again(void **state)
{
	(void)state;
	publish_held(HOST, 60, &host);
	arm();
	serve(&host, NULL, false);
	meet();
	is_undecided("the first");
	serve(&other, NULL, false);
	BIO *one, *another;
	assert_int_equal(SSL_clear(pair.client.ssl), 1);
	SSL_free(pair.server.ssl);
	assert_int_equal(BIO_new_bio_pair(&one, 65536, &another, 65536), 1);
	SSL_set_bio(pair.client.ssl, one, one);
	pair.server.ssl = SSL_new(server);
	(void)SSL_set_app_data(pair.server.ssl, &pair.server);
	SSL_set_bio(pair.server.ssl, another, another);
	SSL_set_connect_state(pair.client.ssl);
	SSL_set_accept_state(pair.server.ssl);
	is_undecided("the second");
	fake_resolver_release(HOST);
	is_refused("the second", DANCE_DENY_MISMATCH);
	tls_end(&pair);
}

static void only_an_armed_client_need_not_wait(void **state)
{
	(void)state;
	publish(HOST, 60, &host);
	arm();
	serve(&host, NULL, false);
	SSL_CTX *plain = tls_new(NULL, NULL);
	SSL *wrong[] = { SSL_new(plain), SSL_new(server), SSL_new(server),
		SSL_new(client) };
	SSL_set_connect_state(wrong[0]);
	SSL_set_accept_state(wrong[1]);
	SSL_set_connect_state(wrong[2]); /* armed, but for a server */
	SSL_set_accept_state(wrong[3]);
	for (size_t i = 0; i < ROWS(wrong); i++) {
		const char *said = "";
		assert_false(dance_openssl_no_wait(wrong[i], on_wake, &wakes));
		unsigned long error = ERR_peek_error_all(NULL, NULL, NULL, &said, NULL);
		assert_int_equal(ERR_GET_REASON(error), ERR_R_PASSED_INVALID_ARGUMENT);
		assert_string_equal(said, "this is no SSL of a client that is armed");
		ERR_clear_error();
		SSL_free(wrong[i]);
	}
	SSL_CTX_free(plain);
}

/* After the handshake. */
static void a_peer_is_decided_about_without_waiting(void **state)
{
	(void)state;
	publish(HOST, 60, &host);
	publish_held(NAME, 60, &mine);
	arm();
	serve(&host, NULL, false);
	struct dance_roster *clients = roster_of(NAME, NULL);
	assert_true(tls_connect(&pair, client, server));
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &result);
	assert_non_null(peer);
	tls_end(&pair);
	atomic_store(&wakes, 0);
	struct dance_decision *decision = dance_openssl_peer_decision(peer, clients,
		on_wake, &wakes);
	check_verdict(dance_decision_take(decision, &result), DANCE_UNDECIDED);
	fake_resolver_release(NAME);
	assert_int_equal(woken(), 1);
	check_verdict(dance_decision_take(decision, &result), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	dance_decision_free(decision);
	dance_openssl_peer_free(peer);
	dance_roster_free(clients);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_is_known_is_not_awaited),
		ONE(an_answer_lets_it_go_on),
		ONE(what_cannot_be_judged_is_refused),
		ONE(its_time_is_limited),
		ONE(where_dns_has_nothing_pkix_counts),
		ONE(a_chain_is_kept_while_it_waits),
		ONE(an_ssl_that_goes_wakes_nobody),
		ONE(an_ssl_that_is_used_again),
		ONE(only_an_armed_client_need_not_wait),
		ONE(a_peer_is_decided_about_without_waiting),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
