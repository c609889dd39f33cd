/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The callbacks for dane_clientid, called as OpenSSL calls them: in each message, on either side,
 * asked or not. What becomes of that in handshakes, test_openssl.c and test_openssl_client.c
 * have. */

#include "clientid_extension.h"

#include "handshake.h"
#include "openssl_server_scene.h"

#include <string.h>

#define CERTIFICATE SSL_EXT_TLS1_3_CERTIFICATE
#define RAW_KEY SSL_EXT_TLS1_3_RAW_PUBLIC_KEY
#define REQUEST SSL_EXT_TLS1_3_CERTIFICATE_REQUEST

static const unsigned char *body;
static size_t body_size;
static int alert;
static struct options mine_is = { .body = "\1a", .body_size = 2 };

static int begin(void **state)
{
	int wrong = begin_scene(state);
	come(&mine, NULL, &silence);
	tls_begin(&pair, client, server);
	body = NULL;
	body_size = 77;
	alert = 0;
	return wrong;
}

static int end(void **state)
{
	tls_end(&pair);
	return end_scene(state);
}

static int say(SSL *ssl, unsigned context, size_t entry)
{
	return clientid_extension_write(ssl, DANCE_OPENSSL_EXTENSION, context, &body,
		&body_size, NULL, entry, &alert, &mine_is);
}

static int hear(SSL *ssl, unsigned context, const char *octets, size_t size, size_t entry)
{
	alert = 0;
	return clientid_extension_read(ssl, DANCE_OPENSSL_EXTENSION, context,
		(const unsigned char *)octets, size, NULL, entry, &alert, NULL);
}

static void nothing_is_written(void)
{
	assert_null(body);
	assert_int_equal(body_size, 77);
	assert_int_equal(alert, 0);
}

static void a_server_asks_in_its_request(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		if (1u << bit != REQUEST) {
			assert_int_equal(say(pair.server.ssl, 1u << bit, 0), 0);
		}
	}
	nothing_is_written();
	assert_null(handshake_find(pair.server.ssl));
	assert_int_equal(say(pair.server.ssl, REQUEST, 0), 1);
	assert_int_equal(body_size, 1);
	assert_int_equal(body[0], 0);
	struct handshake *handshake = handshake_find(pair.server.ssl);
	assert_true(handshake->asked);
	/* Asked once more, the client answers anew. */
	const struct dance_result decided = { .size = sizeof(decided) };
	handshake->name_size = 1;
	handshake_decide(handshake, NULL, NULL, &decided, roster, 0);
	assert_non_null(handshake->decided);
	assert_int_equal(say(pair.server.ssl, REQUEST, 0), 1);
	assert_int_equal(handshake->name_size, 0);
	assert_null(handshake->decided);
}

static void a_client_answers_whom_it_allows(void **state)
{
	(void)state;
	SSL *ssl = pair.client.ssl;
	assert_int_equal(say(ssl, CERTIFICATE, 0), 0); /* nothing is known of a handshake */
	struct handshake *handshake = handshake_get(ssl);
	handshake->server.verdict = DANCE_ALLOW;
	assert_int_equal(say(ssl, CERTIFICATE, 0), 0); /* it was not asked */
	handshake->asked = true;
	mine_is.body_size = 0;
	assert_int_equal(say(ssl, CERTIFICATE, 0), 0); /* it has no name */
	mine_is.body_size = 2;
	assert_int_equal(say(ssl, CERTIFICATE, 1),
		0); /* that is beside another certificate */
	for (unsigned bit = 0; bit < 32; bit++) {
		if (1u << bit != CERTIFICATE && 1u << bit != RAW_KEY) {
			assert_int_equal(say(ssl, 1u << bit, 0), 0);
		}
	}
	nothing_is_written();
	assert_int_equal(say(ssl, CERTIFICATE, 0), 1);
	assert_ptr_equal(body, mine_is.body);
	assert_int_equal(body_size, 2);
	body_size = 0;
	assert_int_equal(say(ssl, RAW_KEY, 0), 1);
	assert_int_equal(body_size, 2);
	for (int verdict = DANCE_UNDECIDED; verdict <= DANCE_FAIL_INTERNAL; verdict++) {
		if (verdict == DANCE_ALLOW) {
			continue;
		}
		handshake->server.verdict = (enum dance_verdict)verdict;
		alert = 0;
		assert_int_equal(say(ssl, CERTIFICATE, 0), -1);
		assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	}
}

static void a_client_hears_the_question(void **state)
{
	(void)state;
	SSL *ssl = pair.client.ssl;
	assert_int_equal(hear(ssl, REQUEST, "\1a", 2, 0), 0);
	assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	assert_int_equal(hear(ssl, REQUEST, "", 0, 0), 0);
	assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	assert_null(handshake_find(ssl));
	for (unsigned bit = 0; bit < 32; bit++) {
		unsigned context = 1u << bit;
		bool answers = context == CERTIFICATE || context == RAW_KEY;
		if (context == REQUEST) {
			continue;
		}
		assert_int_equal(hear(ssl, context, "", 1, 0), 0);
		assert_int_equal(alert,
			answers ? SSL_AD_UNSUPPORTED_EXTENSION : SSL_AD_HANDSHAKE_FAILURE);
	}
	assert_null(handshake_find(ssl));
	assert_int_equal(hear(ssl, REQUEST, "", 1, 0), 1);
	assert_true(handshake_find(ssl)->asked);
}

static void a_server_hears_one_name(void **state)
{
	(void)state;
	SSL *ssl = pair.server.ssl;
	assert_int_equal(hear(ssl, CERTIFICATE, "\1a", 2, 0), 0); /* it did not ask */
	assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	struct handshake *handshake = handshake_get(ssl);
	assert_int_equal(hear(ssl, CERTIFICATE, "\1a", 2, 0), 0);
	handshake->asked = true;
	assert_int_equal(hear(ssl, CERTIFICATE, "\1a", 2, 1), 0);
	assert_int_equal(hear(ssl, CERTIFICATE, "\1*", 2, 0), 0);
	assert_int_equal(hear(ssl, CERTIFICATE, "\1a", 1, 0), 0);
	for (unsigned bit = 0; bit < 32; bit++) {
		if (1u << bit != CERTIFICATE && 1u << bit != RAW_KEY) {
			assert_int_equal(hear(ssl, 1u << bit, "\1a", 2, 0), 0);
		}
	}
	assert_int_equal(handshake->name_size, 0);
	assert_int_equal(hear(ssl, RAW_KEY, "\1a", 2, 0), 1);
	assert_int_equal(handshake->name_size, 1);
	assert_memory_equal(handshake->name, "a", 1);
	assert_int_equal(hear(ssl, CERTIFICATE, "\1b", 2, 0), 0); /* a second one */
	assert_int_equal(alert, SSL_AD_HANDSHAKE_FAILURE);
	assert_memory_equal(handshake->name, "a", 1);
	handshake->name_size = 0;
	assert_int_equal(hear(ssl, CERTIFICATE, "\2bc", 3, 0), 1);
	assert_int_equal(handshake->name_size, 2);
	assert_memory_equal(handshake->name, "bc", 2);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_server_asks_in_its_request),
		ONE(a_client_answers_whom_it_allows),
		ONE(a_client_hears_the_question),
		ONE(a_server_hears_one_name),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
