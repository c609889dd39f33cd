/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a client that dance_openssl_arm_client() armed shows of its own, and to whom. */

#include "openssl_client_scene.h"

#include <string.h>

static int verify_nothing(X509_STORE_CTX *ctx, void *arg)
{
	(void)ctx;
	(void)arg;
	return 1;
}

static void what_it_shows(void **state)
{
	(void)state;
	arm(NULL, false);
	shows(DANCE_DENY_CREDENTIAL, NULL, false);
	arm(&mine, false);
	shows(DANCE_ALLOW, NULL, false);
	arm(&mine, true);
	shows(DANCE_ALLOW, NULL, true);
	options.name = NAME;
	arm(&mine, false);
	shows(DANCE_ALLOW, NAME, false);
	assert_true(SSL_CTX_add1_chain_cert(client, SSL_CTX_get0_certificate(client)));
	shows(DANCE_ALLOW, NAME, false); /* in the first entry only */
	options.name = NAME ".";
	arm(&mine, true);
	shows(DANCE_ALLOW, NAME, true);
	arm(NULL, false);
	shows(DANCE_DENY_CREDENTIAL, NULL, false);
}

/* What an ordinary server gets, and was told as dane_clientid. */
static int told(const struct tls_word *word)
{
	serve(&host, NULL);
	SSL_CTX_set_verify(server, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(server, verify_nothing, NULL);
	tls_say(server, DANCE_OPENSSL_EXTENSION, word);
	bool did = tls_connect(&pair, client, server);
	int size = did ? pair.server.said : -2;
	if (!did) {
		assert_int_equal(pair.client.alert, SSL_AD_HANDSHAKE_FAILURE);
	}
	tls_end(&pair);
	return size;
}

static void the_question(void **state)
{
	(void)state;
	static const struct tls_word silence,
		rows[] = { { "", 0, 0 }, { "\1a", 2, 0 }, { "\0\0", 2, 0 },
			{ "\1", 1, 0 } };
	options.name = NAME;
	arm(&mine, false);
	assert_int_equal(told(&silence), -1);
	assert_int_equal(told(&asked), 1 + (int)strlen(NAME));
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(told(&rows[i]), -2);
	}
	options.name = NULL;
	arm(&mine, false);
	assert_int_equal(told(&asked), -1);
}

static void a_name_is_not_volunteered(void **state)
{
	(void)state;
	const unsigned char *body;
	size_t size;
	int alert;
	options.name = NAME;
	arm(&mine, false);
	serve(&host, NULL);
	assert_true(tls_connect(&pair, client, server));
	verdict_is("server", DANCE_ALLOW);
	assert_int_equal(clientid_extension_write(pair.client.ssl, DANCE_OPENSSL_EXTENSION,
				 SSL_EXT_TLS1_3_CERTIFICATE, &body, &size, NULL, 0, &alert,
				 &(struct options){ .body_size = 1 }),
		0);
	tls_end(&pair);
}

static void a_server_that_names_itself(void **state)
{
	(void)state;
	int alert = 0;
	arm(&mine, false);
	serve(&host, NULL);
	tls_begin(&pair, client, server);
	const unsigned char *bodies[] = { (const unsigned char *)"\1a",
		(const unsigned char *)"" };
	for (size_t i = 0; i < ROWS(bodies); i++) {
		assert_int_equal(clientid_extension_read(pair.client.ssl,
					 DANCE_OPENSSL_EXTENSION,
					 SSL_EXT_TLS1_3_CERTIFICATE, bodies[i],
					 1u + bodies[i][0], NULL, 0, &alert, NULL),
			0);
		assert_int_equal(alert, SSL_AD_UNSUPPORTED_EXTENSION);
	}
	tls_end(&pair);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_it_shows),
		ONE(the_question),
		ONE(a_name_is_not_volunteered),
		ONE(a_server_that_names_itself),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
