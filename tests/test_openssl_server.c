/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How a server reads the lists in a client's hello: its callbacks are called by the test, with
 * octets that it makes up. */

#include "check.h"
#include "dance_openssl.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

static SSL_client_hello_cb_fn on_hello;
static SSL_CTX_alpn_select_cb_func on_alpn;
static void *hello_arg, *alpn_arg;

void __wrap_SSL_CTX_set_client_hello_cb(SSL_CTX *ctx, SSL_client_hello_cb_fn callback,
	void *arg);
void __wrap_SSL_CTX_set_client_hello_cb(SSL_CTX *ctx, SSL_client_hello_cb_fn callback,
	void *arg)
{
	assert_non_null(ctx);
	on_hello = callback;
	hello_arg = arg;
}

void __wrap_SSL_CTX_set_alpn_select_cb(SSL_CTX *ctx, SSL_CTX_alpn_select_cb_func callback,
	void *arg);
void __wrap_SSL_CTX_set_alpn_select_cb(SSL_CTX *ctx, SSL_CTX_alpn_select_cb_func callback,
	void *arg)
{
	assert_non_null(ctx);
	on_alpn = callback;
	alpn_arg = arg;
}

/* The two extensions of the hello; NULL: it has none. */
static const unsigned char *versions, *protocols;
static size_t versions_size, protocols_size;

int __wrap_SSL_client_hello_get0_ext(SSL *ssl, unsigned type, const unsigned char **octets,
	size_t *size);
int __wrap_SSL_client_hello_get0_ext(SSL *ssl, unsigned type, const unsigned char **octets,
	size_t *size)
{
	assert_null(ssl);
	bool is_alpn = type == TLSEXT_TYPE_application_layer_protocol_negotiation;
	assert_true(is_alpn || type == TLSEXT_TYPE_supported_versions);
	*octets = is_alpn ? protocols : versions;
	*size = is_alpn ? protocols_size : versions_size;
	return *octets != NULL;
}

static SSL_CTX *ctx;

static int begin(void **state)
{
	(void)state;
	versions = protocols = NULL;
	on_hello = NULL;
	on_alpn = NULL;
	ctx = SSL_CTX_new(TLS_server_method());
	return ctx != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return 0;
}

static void arm(bool need_alpn)
{
	assert_true(dance_openssl_arm_server(ctx,
		&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options),
			.alpn = "dot",
			.need_alpn = need_alpn }));
}

static void who_offers_tls_1_3_must_offer_a_protocol(void **state)
{
	(void)state;
	static const struct {
		const char *row, *versions;
		size_t size;
		bool refused;
	} rows[] = {
		{ "none", "\0", 1, false },
		{ "TLS 1.3", "\2\3\4", 3, true },
		{ "TLS 1.2", "\2\3\3", 3, false },
		{ "TLS 1.2 and 1.3", "\4\3\3\3\4", 5, true },
		{ "TLS 1.3 and 1.2", "\4\3\4\3\3", 5, true },
		{ "the third", "\6\x1a\x1a\3\3\3\4", 7, true },
		{ "another first octet", "\2\2\4", 3, false },
		{ "another second octet", "\2\3\5", 3, false },
		{ "across two", "\4\1\3\4\1", 5, false },
		{ "with the octet of length", "\3\4\4", 3, false },
		{ "half of one", "\2\3", 2, false },
		{ "nothing", "", 0, false },
	};
	arm(true);
	assert_non_null(on_hello);
	for (size_t i = 0; i < ROWS(rows); i++) {
		int alert = 0;
		/* What would be read behind the end is TLS 1.3. */
		unsigned char octets[16];
		memset(octets, 4, sizeof(octets));
		memcpy(octets, rows[i].versions, rows[i].size);
		versions = octets;
		versions_size = rows[i].size;
		ERR_clear_error();
		check_true(rows[i].row,
			on_hello(NULL, &alert, hello_arg) ==
				(rows[i].refused ? SSL_CLIENT_HELLO_ERROR :
						   SSL_CLIENT_HELLO_SUCCESS));
		check_true(rows[i].row,
			alert == (rows[i].refused ? SSL_AD_NO_APPLICATION_PROTOCOL : 0));
		unsigned long error = ERR_get_error();
		check_true(rows[i].row, (error != 0) == rows[i].refused);
		check_true(rows[i].row,
			error == 0 ||
				(ERR_GET_LIB(error) == ERR_LIB_SSL &&
					ERR_GET_REASON(error) ==
						SSL_R_NO_APPLICATION_PROTOCOL));
		/* Which protocols there are is looked at later. */
		protocols = octets;
		alert = 0;
		check_true(rows[i].row,
			on_hello(NULL, &alert, hello_arg) == SSL_CLIENT_HELLO_SUCCESS);
		check_true(rows[i].row, alert == 0);
		protocols = NULL;
	}
	versions = NULL;
	int alert = 0;
	assert_int_equal(on_hello(NULL, &alert, hello_arg), SSL_CLIENT_HELLO_SUCCESS);
	assert_int_equal(alert, 0);
}

static void a_protocol_is_found_among_those_offered(void **state)
{
	(void)state;
	static const struct {
		const char *offered;
		size_t at; /* 0: it is not there */
	} rows[] = {
		{ "\3dot", 1 },
		{ "\2h2\3dot", 4 },
		{ "\2h2\3dot\4dotx", 4 },
		{ "\3dot\3dot", 1 },
		{ "\5x\3dot", 0 },
		{ "\4dotx", 0 },
		{ "\2do", 0 },
		{ "\3do", 0 },
		{ "", 0 },
	};
	arm(false);
	assert_null(on_hello);
	assert_non_null(on_alpn);
	for (size_t i = 0; i < ROWS(rows); i++) {
		/* What would be read behind the end is the rest of it. */
		unsigned char octets[32] = { 0 };
		const unsigned char *selected = NULL;
		unsigned char size = 0;
		unsigned offered = (unsigned)strlen(rows[i].offered);
		memcpy(octets, rows[i].offered, offered);
		octets[offered] = 't';
		int said = on_alpn(NULL, &selected, &size, octets, offered, alpn_arg);
		check_true(rows[i].offered,
			said ==
				(rows[i].at != 0 ? SSL_TLSEXT_ERR_OK :
						   SSL_TLSEXT_ERR_ALERT_FATAL));
		check_true(rows[i].offered,
			selected == (rows[i].at != 0 ? octets + rows[i].at : NULL));
		check_true(rows[i].offered, size == (rows[i].at != 0 ? 3 : 0));
	}
}

/* Sessions are not resumed, and both kinds of credentials are taken. */
static void what_a_server_is_set_to(void **state)
{
	(void)state;
	unsigned char *types;
	size_t size;
	assert_true(dance_openssl_arm_server(ctx, NULL));
	assert_null(on_hello);
	assert_null(on_alpn);
	assert_int_equal(SSL_CTX_get_num_tickets(ctx), 0);
	assert_int_equal(SSL_CTX_get_max_early_data(ctx), 0);
	assert_int_equal(SSL_CTX_get_verify_mode(ctx), SSL_VERIFY_PEER);
	assert_true(SSL_CTX_get0_client_cert_type(ctx, &types, &size));
	assert_int_equal(size, 2);
	assert_true(types[0] == TLSEXT_cert_type_rpk && types[1] == TLSEXT_cert_type_x509);
	assert_true(SSL_CTX_get0_server_cert_type(ctx, &types, &size));
	assert_int_equal(size, 2);
	assert_true(types[0] == TLSEXT_cert_type_x509 && types[1] == TLSEXT_cert_type_rpk);
	assert_int_equal(ERR_peek_error(), 0);
	SSL_CTX_free(ctx);
	ctx = SSL_CTX_new(TLS_server_method());
	assert_true(dance_openssl_arm_server(ctx,
		&(struct dance_openssl_options){
			.size = sizeof(struct dance_openssl_options), .need_name = true }));
	assert_int_equal(SSL_CTX_get_verify_mode(ctx),
		SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_offers_tls_1_3_must_offer_a_protocol),
		TEST(a_protocol_is_found_among_those_offered),
		TEST(what_a_server_is_set_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
