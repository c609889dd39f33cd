/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How often a server that dance_openssl_arm_server() armed decides about one client, and for
 * how long that counts. */

#include "check.h"
#include "handshake.h"
#include "dance_openssl.h"
#include "fixture.h"
#include "scene.h"
#include "tls.h"

#include <openssl/err.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define NAME "a.example"
#define OTHER "b.example"
#define TTL 60
#define SAID(literal) { literal, sizeof(literal) - 1, 0 }

static struct credential host, mine, stranger;
static const struct tls_word said = SAID("\x09" NAME), silence;

static struct dance_roster *roster;
static SSL_CTX *server, *client;
static struct tls_pair pair;
static struct dance_result result = { .size = sizeof(result) };

/* The decisions so far, and how long the next one takes. */
static atomic_uint decisions;
static unsigned lasts_s;

/* What the clock that counts sleep says, in seconds. */
static atomic_long now_s = 1000;

enum dance_verdict __real_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided)
{
	atomic_fetch_add(&decisions, 1);
	atomic_fetch_add(&now_s, (long)lasts_s);
	lasts_s = 0;
	return __real_dance_verify(with, peer, decided);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_BOOTTIME) {
		return __real_clock_gettime(clock, now);
	}
	*now = (struct timespec){ .tv_sec = atomic_load(&now_s) };
	return 0;
}

const struct fixture fixtures[] = {
	{ &host, { .key = KEY_P256 } },
	{ &mine, { .key = KEY_ED25519 } },
	{ &stranger, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static int begin(void **state)
{
	int wrong = scene_begin(state);
	publish(NAME, TTL, &mine);
	publish(OTHER, TTL, &stranger);
	roster = roster_of(NAME, NULL);
	server = tls_new(&host, NULL);
	assert_true(dance_openssl_arm_server(server,
		&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options), .roster = roster }));
	atomic_store(&decisions, 0);
	return wrong;
}

static int end(void **state)
{
	tls_end(&pair);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	server = client = NULL;
	dance_roster_free(roster);
	return scene_end(state);
}

/* A client has shaken hands, and that took so many decisions. */
static void come(const struct credential *own, const struct tls_word *word, bool raw_key,
	unsigned took)
{
	tls_end(&pair);
	SSL_CTX_free(client);
	client = tls_new(own, NULL);
	tls_say(client, DANCE_OPENSSL_EXTENSION, word);
	if (raw_key) {
		tls_prefer_raw_keys(client);
	}
	atomic_store(&decisions, 0);
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(atomic_load(&decisions), took);
}

/* This is what it is, and that it is takes so many decisions more. */
static void is(enum dance_verdict verdict, struct dance_roster *by, unsigned takes)
{
	unsigned before = atomic_load(&decisions);
	check_verdict(dance_openssl_verify(pair.server.ssl, by, &result), verdict);
	check_verdict(result.verdict, verdict);
	assert_int_equal(atomic_load(&decisions) - before, takes);
}

static void one_decision_for_a_connection(void **state)
{
	(void)state;
	for (int raw_key = 0; raw_key < 2; raw_key++) {
		come(&mine, &said, raw_key, 1);
		is(DANCE_ALLOW, roster, 0);
		assert_string_equal(result.name, NAME);
		come(&stranger, &said, raw_key, 1);
		is(DANCE_DENY_MISMATCH, roster, 0);
		/* Who names nobody breaks no rule of the draft that ends a handshake. */
		come(&mine, &silence, raw_key, 0);
		is(DANCE_ALLOW, roster, 1);
		come(&stranger, &silence, raw_key, 0);
		is(DANCE_DENY_MISMATCH, roster, 1);
	}
}

/* However short it is. */
static void any_name_is_decided_about_at_once(void **state)
{
	(void)state;
	static const struct tls_word one = SAID("\1a");
	come(&mine, &one, false, 1);
	is(DANCE_DENY_NAME, roster, 0);
}

static void it_counts_once(void **state)
{
	(void)state;
	come(&mine, &said, false, 1);
	is(DANCE_ALLOW, roster, 0);
	is(DANCE_ALLOW, roster, 1);
	come(&stranger, &said, false, 1);
	is(DANCE_DENY_MISMATCH, roster, 0);
	is(DANCE_DENY_MISMATCH, roster, 1);

	struct dance_result why = { .size = sizeof(why) };
	come(&mine, &said, false, 1);
	struct dance_openssl_peer *first = dance_openssl_peer_new(pair.server.ssl, &why);
	struct dance_openssl_peer *second = dance_openssl_peer_new(pair.server.ssl, &why);
	check_verdict(dance_openssl_peer_verify(second, roster, &result), DANCE_ALLOW);
	assert_int_equal(atomic_load(&decisions), 2);
	check_verdict(dance_openssl_peer_verify(first, roster, &result), DANCE_ALLOW);
	assert_int_equal(atomic_load(&decisions), 2);
	check_verdict(dance_openssl_peer_verify(first, roster, &result), DANCE_ALLOW);
	assert_int_equal(atomic_load(&decisions), 3);
	dance_openssl_peer_free(first);
	dance_openssl_peer_free(second);
}

/* Nor is it decided once more for a host whose struct has no room for it. */
static void it_counts_for_nobody_without_a_result(void **state)
{
	(void)state;
	struct dance_result none = { .size = 0, .verdict = DANCE_DENY_CHAIN };
	come(&mine, &said, false, 1);
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &result);
	assert_non_null(peer);
	check_verdict(dance_openssl_peer_verify(peer, roster, &none), DANCE_FAIL_INTERNAL);
	check_verdict(none.verdict, DANCE_DENY_CHAIN);
	assert_int_equal(atomic_load(&decisions), 1);
	dance_openssl_peer_free(peer);
}

static void an_allow_counts_within_its_ttl(void **state)
{
	(void)state;
	come(&mine, &said, false, 1);
	atomic_fetch_add(&now_s, TTL - 2);
	is(DANCE_ALLOW, roster, 0);
	check_range(result.ttl, 0, 2); /* what is left */
	come(&mine, &said, false, 1);
	atomic_fetch_add(&now_s, TTL);
	is(DANCE_ALLOW, roster, 1);

	/* What was withdrawn meanwhile. */
	come(&mine, &said, false, 1);
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	atomic_fetch_add(&now_s, TTL);
	is(DANCE_DENY_NO_TLSA, roster, 1);
}

static void a_no_counts_until_dns_says_something_new(void **state)
{
	(void)state;
	come(&stranger, &said, false, 1);
	pass(TTL * 1000); /* the same again */
	is(DANCE_DENY_MISMATCH, roster, 0);
	come(&stranger, &said, false, 1);
	publish(NAME, TTL, &stranger);
	pass(TTL * 1000);
	is(DANCE_ALLOW, roster, 1);
	come(&mine, &said, false, 1);
	atomic_fetch_add(&now_s, 59);
	is(DANCE_DENY_MISMATCH, roster, 0);
	come(&mine, &said, false, 1);
	atomic_fetch_add(&now_s, 60);
	is(DANCE_DENY_MISMATCH, roster, 1);
}

static void another_roster_decides_itself(void **state)
{
	(void)state;
	struct dance_roster *other = roster_of(OTHER, NULL);
	come(&mine, &said, false, 1);
	is(DANCE_DENY_NAME, other, 1);
	come(&stranger, &said, false, 1);
	is(DANCE_FAIL_NOT_READY, NULL, 1);
	dance_roster_free(other);
}

/* Where DNS takes its time, who has not waited for long waits once more. */
static void a_look_up_under_way_is_waited_for(void **state)
{
	(void)state;
	static const struct {
		unsigned waited_s, takes;
	} rows[] = { { 0, 1 }, { 1, 0 } };
	publish_held(OTHER, TTL, &mine);
	struct dance_roster *slow = roster_of(OTHER,
		&(struct dance_options){
			.size = sizeof(struct dance_options), .timeout_ms = 20 });
	static const struct tls_word other = SAID("\x09" OTHER);
	SSL_CTX_free(server);
	server = tls_new(&host, NULL);
	assert_true(dance_openssl_arm_server(server,
		&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options), .roster = slow }));
	fake_clock_set_pace(5);
	for (size_t i = 0; i < ROWS(rows); i++) {
		lasts_s = rows[i].waited_s;
		come(&mine, &other, false, 1);
		is(DANCE_FAIL_TIMEOUT, slow, rows[i].takes);
	}
	fake_clock_set_pace(0);
	fake_resolver_release(OTHER);
	dance_roster_free(slow);
}

/* OpenSSL asks before the key is proved (RFC 8446 4.4.3). */
static void nobody_is_allowed_before_the_proof(void **state)
{
	(void)state;
	SSL_CTX_free(client);
	client = tls_new(&mine, NULL);
	tls_say(client, DANCE_OPENSSL_EXTENSION, &said);
	tls_begin(&pair, client, server);
	SSL_do_handshake(pair.client.ssl);
	SSL_do_handshake(pair.server.ssl);
	is(DANCE_DENY_UNPROVEN, roster, 0);
	assert_true(tls_shake(&pair));
	is(DANCE_ALLOW, roster, 0);
}

/* What was decided about a certificate counts for that one. */
static void another_certificate_has_no_part_in_it(void **state)
{
	(void)state;
	const struct dance_result allow = {
		.size = sizeof(allow), .verdict = DANCE_ALLOW, .ttl = TTL
	};
	for (int raw_key = 0; raw_key < 2; raw_key++) {
		come(&stranger, &said, raw_key, 1);
		struct handshake *handshake = handshake_find(pair.server.ssl);
		X509 *certificate = X509_new();
		EVP_PKEY *key = EVP_PKEY_new();
		handshake_decide(handshake, certificate, NULL, &allow, roster, 0);
		is(DANCE_DENY_MISMATCH, roster, 1);
		handshake_decide(handshake, NULL, key, &allow, roster, 0);
		is(DANCE_DENY_MISMATCH, roster, 1);
		handshake_decide(handshake, NULL, NULL, &allow, roster, 0);
		is(DANCE_DENY_MISMATCH, roster, 1);
		X509_free(certificate);
		EVP_PKEY_free(key);
	}
}

/* The server asks once more in the same connection, and the client shows another key. */
static void what_is_shown_later_is_decided_anew(void **state)
{
	(void)state;
	SSL_CTX_free(client);
	client = tls_new(&mine, NULL);
	tls_say(client, DANCE_OPENSSL_EXTENSION, &said);
	SSL_CTX_set_post_handshake_auth(client, 1);
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(atomic_load(&decisions), 1);
	assert_true(SSL_verify_client_post_handshake(pair.server.ssl));
	assert_int_equal(SSL_do_handshake(pair.server.ssl), 1);
	is(DANCE_ALLOW, roster, 1); /* it was proved; what was decided is forgotten */
	(void)tls_shake(&pair);
	ERR_clear_error();
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(one_decision_for_a_connection),
		ONE(any_name_is_decided_about_at_once),
		ONE(it_counts_once),
		ONE(it_counts_for_nobody_without_a_result),
		ONE(an_allow_counts_within_its_ttl),
		ONE(a_no_counts_until_dns_says_something_new),
		ONE(another_roster_decides_itself),
		ONE(a_look_up_under_way_is_waited_for),
		ONE(nobody_is_allowed_before_the_proof),
		ONE(another_certificate_has_no_part_in_it),
		ONE(what_is_shown_later_is_decided_anew),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
