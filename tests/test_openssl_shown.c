/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the client of an armed server showed, as its host sees it. */

#include "openssl_server_scene.h"

#include <string.h>

/* RFC 7250 4.2: a certificate, unless that is not what the client takes. */
static void what_the_server_shows(void **state)
{
	(void)state;
	static const unsigned char only[] = { TLSEXT_cert_type_rpk };
	come_with_raw_key(&mine, &said);
	assert_true(tls_connect(&pair, client, server));
	assert_int_equal(SSL_get_negotiated_server_cert_type(pair.client.ssl),
		TLSEXT_cert_type_x509);
	tls_end(&pair);
	assert_true(SSL_CTX_set1_server_cert_type(client, only, sizeof(only)));
	assert_true(tls_connect(&pair, client, server));
	assert_non_null(SSL_get0_peer_rpk(pair.client.ssl));
	tls_end(&pair);
	assert_true(SSL_CTX_get_options(server) & SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
}

static void nothing_shown(void **state)
{
	(void)state;
	come(NULL, NULL, &said);
	decides(DANCE_DENY_CREDENTIAL);
	assert_true(result.detail[0] != '\0');
}

static void what_was_shown(void **state)
{
	(void)state;
	struct dance_result why = { .size = sizeof(why), .verdict = DANCE_ALLOW };
	come(&issued, &authority, &said);
	assert_true(tls_connect(&pair, client, server));
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &why);
	tls_end(&pair); /* it is a copy */
	check_verdict(why.verdict, DANCE_UNDECIDED);
	assert_string_equal(why.detail, "");
	const struct dance_peer *shown = dance_openssl_peer_shown(peer);
	const struct credential *sent[] = { &issued, &authority };
	assert_false(shown->raw_key);
	assert_int_equal(shown->chain_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct dance_octets *der = &sent[i]->whole[TLSA_CERTIFICATE];
		assert_int_equal(shown->chain[i].size, der->size);
		assert_memory_equal(shown->chain[i].data, der->data, der->size);
	}
	assert_int_equal(shown->client_id_size, strlen(NAME));
	assert_memory_equal(shown->client_id, NAME, strlen(NAME));
	dance_openssl_peer_free(peer);
	dance_openssl_peer_free(NULL);
}

static void what_key_was_shown(void **state)
{
	(void)state;
	struct dance_result why = { .size = sizeof(why) };
	come_with_raw_key(&mine, &silence);
	assert_true(tls_connect(&pair, client, server));
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &why);
	const struct dance_peer *shown = dance_openssl_peer_shown(peer);
	const struct dance_octets *der = &mine.whole[TLSA_SPKI];
	assert_true(shown->raw_key);
	assert_int_equal(shown->chain_count, 1);
	assert_int_equal(shown->chain[0].size, der->size);
	assert_memory_equal(shown->chain[0].data, der->data, der->size);
	assert_null(shown->client_id);
	dance_openssl_peer_free(peer);
	tls_end(&pair);
}

static void a_chain_is_bounded(void **state)
{
	(void)state;
	come(&mine, NULL, &said);
	for (int i = 0; i < DANCE_CHAIN_MAX - 1; i++) {
		assert_true(SSL_CTX_add1_chain_cert(client,
			SSL_CTX_get0_certificate(client)));
	}
	decides(DANCE_ALLOW);
	assert_true(SSL_CTX_add1_chain_cert(client, SSL_CTX_get0_certificate(client)));
	decides(DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "more than 32 certificates were shown");
}

/* Who makes a copy is told the same. */
static void no_copy_without_a_reason(void **state)
{
	(void)state;
	struct dance_result why = { .size = sizeof(why), .verdict = DANCE_ALLOW };
	come(NULL, NULL, &silence);
	tls_begin(&pair, client, server);
	assert_null(dance_openssl_peer_new(pair.server.ssl, &why));
	check_verdict(why.verdict, DANCE_DENY_UNPROVEN);
	assert_string_equal(why.detail, "no finished TLS 1.3 handshake");
	assert_true(tls_shake(&pair));
	assert_null(dance_openssl_peer_new(pair.server.ssl, &why));
	check_verdict(why.verdict, DANCE_DENY_CREDENTIAL);
	assert_string_equal(why.detail, "the peer showed no certificate or key");
	tls_end(&pair);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_the_server_shows),
		ONE(nothing_shown),
		ONE(what_was_shown),
		ONE(what_key_was_shown),
		ONE(a_chain_is_bounded),
		ONE(no_copy_without_a_reason),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
