/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client that dance_openssl_arm_client() armed: which servers it goes on with. What of its
 * own it shows to whom has test_openssl_client_shows.c. */

#include "openssl_client_scene.h"

#include <stdio.h>
#include <string.h>

static void goes_on(const char *row)
{
	check_true(row, tls_connect(&pair, client, server));
	assert_int_equal(ERR_peek_error(), 0);
	verdict_is(row, DANCE_ALLOW);
	assert_int_equal(SSL_get_verify_result(pair.client.ssl), X509_V_OK);
	tls_end(&pair);
}

static void by_its_key(void **state)
{
	(void)state;
	arm(NULL, false);
	serve(&host, NULL);
	goes_on("certificate");
	assert_true(result.has_record);
	assert_int_equal(result.usage, 3);
	tls_prefer_raw_keys(server);
	assert_true(tls_connect(&pair, client, server));
	assert_non_null(SSL_get0_peer_rpk(pair.client.ssl));
	verdict_is("raw key", DANCE_ALLOW);
	tls_end(&pair);
	serve(&other, NULL);
	refuses("another", DANCE_DENY_MISMATCH);
	tls_prefer_raw_keys(server);
	refuses("another raw key", DANCE_DENY_MISMATCH);
}

/* That some server of the roster has it is not enough. */
static void the_key_of_another_server(void **state)
{
	(void)state;
	publish("_853._tcp.other.example", 60, &other);
	roster = roster_of(HOST " _853._tcp.other.example",
		&(struct dance_options){
			.size = sizeof(struct dance_options), .role = DANCE_SERVER });
	options.roster = roster;
	client = tls_new(NULL, NULL);
	assert_true(dance_openssl_arm_client(client, &options, false));
	serve(&other, NULL);
	refuses("of another", DANCE_DENY_MISMATCH);
	serve(&host, NULL);
	goes_on("its own");
}

static void by_its_authority(void **state)
{
	(void)state;
	const struct dance_tlsa anchor = tlsa_of(&authority, 2, 0, 1);
	publish_records(HOST, 60, &anchor, 1);
	arm(NULL, false);
	serve(&issued, &authority);
	goes_on("chain");
	assert_int_equal(result.usage, 2);
	serve(&common, &authority);
	refuses("without the name", DANCE_DENY_CHAIN);
	serve(&other, &authority);
	refuses("of nobody", DANCE_DENY_CHAIN);
	serve(&issued, NULL);
	refuses("without its authority", DANCE_DENY_MISMATCH);
}

static void a_chain_that_is_too_long(void **state)
{
	(void)state;
	serve(&host, NULL);
	for (int i = 0; i < DANCE_CHAIN_MAX; i++) {
		assert_true(SSL_CTX_add1_chain_cert(server,
			SSL_CTX_get0_certificate(server)));
	}
	arm(NULL, false);
	refuses("too long", DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "more than 32 certificates were shown");
}

static void no_way_around_dns(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		bool absent;
	} rows[] = {
		{ "no-tlsa", RESOLVER_DENIED, DANCE_DENY_NO_TLSA, true },
		{ "insecure", RESOLVER_INSECURE, DANCE_DENY_INSECURE, true },
		{ "bogus", RESOLVER_BOGUS, DANCE_FAIL_BOGUS, false },
		{ "failed", RESOLVER_FAILED, DANCE_FAIL_LOOKUP, false },
		{ "timeout", RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer(HOST, rows[i].outcome, 60, "");
		serve(&issued, &authority);
		options.pkix_host = NULL;
		arm(NULL, false);
		refuses(rows[i].row, rows[i].verdict);
		options.pkix_host = "host.example";
		arm(NULL, false);
		if (!rows[i].absent) {
			refuses(rows[i].row, rows[i].verdict);
			continue;
		}
		char detail[DANCE_DETAIL_SIZE];
		goes_on(rows[i].row);
		assert_false(result.has_record);
		snprintf(detail, sizeof(detail), "%s; PKIX for host.example: ok",
			rows[i].row);
		assert_string_equal(result.detail, detail);
		serve(&other, NULL);
		refuses(rows[i].row, rows[i].verdict);
		snprintf(detail, sizeof(detail),
			"%s; PKIX for host.example: self-signed certificate", rows[i].row);
		assert_string_equal(result.detail, detail);
		serve(&issued, NULL);
		tls_prefer_raw_keys(server);
		refuses(rows[i].row, rows[i].verdict);
		assert_null(strstr(result.detail, "PKIX"));
	}
	publish(HOST, 60, &host);
	arm(NULL, false);
	serve(&issued, &authority);
	refuses("other records", DANCE_DENY_MISMATCH);
}

static void the_host_of_pkix(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		const struct credential *shown;
		bool fine;
	} rows[] = {
		{ "host.example", &issued, true }, { "HOST.example", &issued, true },
		{ "x.wild.example", &issued, true }, { "x.y.wild.example", &issued, false },
		{ "foo.part.example", &issued, false }, { "issued", &issued, false },
		{ "other.example", &issued, false },
		{ "host.example", &common, false }, /* RFC 9525 2: a CN names nobody */
	};
	answer(HOST, RESOLVER_DENIED, 60, "");
	for (size_t i = 0; i < ROWS(rows); i++) {
		options.pkix_host = rows[i].host;
		arm(NULL, false);
		serve(rows[i].shown, &authority);
		if (rows[i].fine) {
			goes_on(rows[i].host);
		} else {
			refuses(rows[i].host, DANCE_DENY_NO_TLSA);
		}
	}
}

/* A key counts where there are no records, or no name to look for, and nowhere else. */
static void the_key_of_the_server(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		bool counts;
	} rows[] = {
		{ "no-tlsa", RESOLVER_DENIED, DANCE_DENY_NO_TLSA, true },
		{ "insecure", RESOLVER_INSECURE, DANCE_DENY_INSECURE, true },
		{ "bogus", RESOLVER_BOGUS, DANCE_FAIL_BOGUS, false },
		{ "failed", RESOLVER_FAILED, DANCE_FAIL_LOOKUP, false },
	};
	const unsigned char *key = host.sha256[TLSA_SPKI];
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer(HOST, rows[i].outcome, 60, "");
		options.server_key = key;
		arm(NULL, false);
		serve(&other, NULL);
		refuses(rows[i].row, rows[i].verdict);
		serve(&host, NULL);
		if (!rows[i].counts) {
			refuses(rows[i].row, rows[i].verdict);
			continue;
		}
		goes_on(rows[i].row);
		assert_false(result.has_record);
		assert_string_equal(result.detail, "");
		tls_prefer_raw_keys(server);
		goes_on("raw key");
		/* It is all that is relied on. */
		options.pkix_host = "host.example";
		arm(NULL, false);
		serve(&issued, &authority);
		refuses("by PKIX", rows[i].verdict);
		options.pkix_host = NULL;
	}
	publish(HOST, 60, &other);
	arm(NULL, false);
	serve(&host, NULL);
	refuses("another record", DANCE_DENY_MISMATCH);
	serve(&other, NULL);
	goes_on("by its record");
}

static void a_server_without_a_name(void **state)
{
	(void)state;
	options = (struct dance_openssl_options){
		.size = sizeof(options), .name = NAME, .server_key = host.sha256[TLSA_SPKI]
	};
	client = tls_new(&mine, NULL);
	assert_true(dance_openssl_arm_client(client, &options, false));
	serve(&host, NULL);
	goes_on("its key");
	tls_prefer_raw_keys(server);
	goes_on("its raw key");
	serve(&other, NULL);
	refuses("another key", DANCE_DENY_MISMATCH);
	assert_string_equal(result.detail, "the key is not the one that is relied on");
}

static int forgive(int holds, X509_STORE_CTX *ctx)
{
	(void)holds;
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return 1;
}

static void a_host_that_forgives(void **state)
{
	(void)state;
	answer(HOST, RESOLVER_DENIED, 60, "");
	options.pkix_host = "host.example";
	arm(NULL, false);
	SSL_CTX_set_verify(client, SSL_VERIFY_PEER, forgive);
	serve(&other, NULL);
	refuses("forgiven", DANCE_DENY_NO_TLSA);
	serve(&issued, &authority);
	goes_on("valid");
}

/* OpenSSL can be made to go on with anybody; then the verdict is all there is. */
static void a_host_that_does_not_verify(void **state)
{
	(void)state;
	static const struct tls_word silence;
	options.name = NAME;
	for (int raw = 0; raw < 2; raw++) {
		arm(&mine, false);
		SSL_CTX_set_verify(client, SSL_VERIFY_NONE, NULL);
		serve(&other, NULL);
		if (raw) {
			tls_prefer_raw_keys(server);
		}
		tls_say(server, DANCE_OPENSSL_EXTENSION, &silence);
		assert_true(tls_connect(&pair, client, server));
		verdict_is("not verified", DANCE_DENY_MISMATCH);
		tls_end(&pair);
		/* Its name is not told, even so. */
		serve(&other, NULL);
		assert_true(dance_openssl_arm_server(server, NULL));
		refuses("asked for the name", DANCE_DENY_MISMATCH);
	}
}

static void a_handshake_that_does_not_end(void **state)
{
	(void)state;
	arm(NULL, false);
	serve(&host, NULL);
	tls_begin(&pair, client, server);
	verdict_is("nothing yet", DANCE_UNDECIDED);
	assert_int_equal(SSL_do_handshake(pair.client.ssl), -1);
	assert_int_equal(SSL_do_handshake(pair.server.ssl), -1);
	/* The octets of the server's flight but the last, which belongs to Finished. */
	BIO *wire = SSL_get_rbio(pair.client.ssl), *part = BIO_new(BIO_s_mem());
	unsigned char flight[8192];
	int size = BIO_read(wire, flight, sizeof(flight));
	assert_true(size > 0 && size < (int)sizeof(flight));
	assert_int_equal(BIO_write(part, flight, size - 1), size - 1);
	BIO_set_mem_eof_return(part, -1);
	SSL_set0_rbio(pair.client.ssl, part);
	assert_int_equal(SSL_do_handshake(pair.client.ssl), -1);
	verdict_is("not proved", DANCE_DENY_UNPROVEN);
	assert_int_equal(BIO_write(part, flight + size - 1, 1), 1);
	assert_int_equal(SSL_do_handshake(pair.client.ssl), 1);
	verdict_is("proved", DANCE_ALLOW);
	tls_end(&pair);
}

static void what_the_server_shows(void **state)
{
	(void)state;
	struct dance_result why = { .size = sizeof(why), .verdict = DANCE_ALLOW };
	const struct dance_tlsa anchor = tlsa_of(&authority, 2, 0, 1);
	publish_records(HOST, 60, &anchor, 1);
	arm(NULL, false);
	serve(&issued, &authority);
	assert_true(tls_connect(&pair, client, server));
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.client.ssl, &why);
	const struct dance_peer *shown = dance_openssl_peer_shown(peer);
	assert_int_equal(shown->chain_count, 2);
	assert_memory_equal(shown->chain[0].data, issued.octets[TLSA_CERTIFICATE],
		shown->chain[0].size);
	assert_null(shown->client_id);
	dance_openssl_peer_free(peer);
	tls_end(&pair);
}

static void alpn(void **state)
{
	(void)state;
	const unsigned char *selected;
	unsigned size;
	options.alpn = "dot";
	arm(&mine, false);
	serve(&host, NULL);
	assert_true(dance_openssl_arm_server(server,
		&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options),
			.alpn = "dot",
			.need_alpn = true }));
	assert_true(tls_connect(&pair, client, server));
	SSL_get0_alpn_selected(pair.client.ssl, &selected, &size);
	assert_int_equal(size, 3);
	tls_end(&pair);
	serve(&host, NULL);
	goes_on("no ALPN");
}

static void options_that_are_wrong(void **state)
{
	(void)state;
	arm(NULL, false);
	const unsigned char *octets = host.sha256[TLSA_SPKI];
	const struct dance_openssl_options
		good = options,
		rows[] = {
			{ .server_name = HOST },
			{ .roster = roster },
			{ .server_name = HOST, .server_key = octets },
			{ .roster = roster, .server_key = octets },
			{ .roster = roster, .server_name = "" },
			{ .roster = roster, .server_name = "a b" },
			{ .roster = roster, .server_name = HOST, .name = "." },
			{ .roster = roster, .server_name = HOST, .name = "*.example" },
			{ .roster = roster,
				.server_name = HOST,
				.name = "b\xc3\xbc"
					"cher.example" },
			{ .roster = roster, .server_name = HOST, .alpn = "" },
		};
	for (size_t i = 0; i <= ROWS(rows); i++) {
		SSL_CTX *ctx = tls_new(NULL, NULL);
		assert_false(dance_openssl_arm_client(ctx, i > 0 ? &rows[i - 1] : NULL,
			false));
		assert_int_not_equal(ERR_peek_error(), 0);
		ERR_clear_error();
		SSL_CTX_free(ctx);
	}
	assert_false(dance_openssl_arm_client(client, &good, false)); /* a second time */
	ERR_clear_error();
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(by_its_key),
		ONE(the_key_of_another_server),
		ONE(by_its_authority),
		ONE(a_chain_that_is_too_long),
		ONE(no_way_around_dns),
		ONE(the_host_of_pkix),
		ONE(the_key_of_the_server),
		ONE(a_server_without_a_name),
		ONE(a_host_that_forgives),
		ONE(a_host_that_does_not_verify),
		ONE(a_handshake_that_does_not_end),
		ONE(what_the_server_shows),
		ONE(alpn),
		ONE(options_that_are_wrong),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
