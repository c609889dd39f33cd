/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libdance-openssl does when it gets no memory, or when OpenSSL cannot encode what a peer
 * showed: nobody is let in by that. */

#include "check.h"
#include "dance_openssl.h"
#include "scene.h"
#include "tls.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#define NAME "a.example"
#define HOST "_853._tcp.host.example"

static const char *failing; /* the source file that gets no memory; NULL: all get theirs */
static int encodings_left = -1; /* that succeed; negative: all */
static int encoded_else = -1;   /* the size that OpenSSL gives of others */

static void *allocate(size_t size, const char *file, int line)
{
	(void)line;
	if (failing != NULL && file != NULL && strstr(file, failing) != NULL) {
		return NULL;
	}
	return malloc(size);
}

static void *allocate_again(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return realloc(old, size);
}

static void give_back(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	free(old);
}

static bool may_encode(void)
{
	bool may = encodings_left < 0 || encodings_left-- > 0;
	if (!may) {
		ERR_raise(ERR_LIB_ASN1, ERR_R_INTERNAL_ERROR);
	}
	return may;
}

int __real_i2d_X509(const X509 *certificate, unsigned char **out);
int __wrap_i2d_X509(const X509 *certificate, unsigned char **out);
int __real_i2d_PUBKEY(const EVP_PKEY *key, unsigned char **out);
int __wrap_i2d_PUBKEY(const EVP_PKEY *key, unsigned char **out);

int __wrap_i2d_X509(const X509 *certificate, unsigned char **out)
{
	return may_encode() ? __real_i2d_X509(certificate, out) : encoded_else;
}

int __wrap_i2d_PUBKEY(const EVP_PKEY *key, unsigned char **out)
{
	return may_encode() ? __real_i2d_PUBKEY(key, out) : encoded_else;
}

static struct credential host, mine;
static struct dance_roster *clients, *hosts;
static SSL_CTX *server, *client;
static struct tls_pair pair;
static struct dance_result result = { .size = sizeof(result) };

static int begin(void **state)
{
	int wrong = scene_begin(state);
	make_certificate(&host, &(struct wish){ .key = KEY_P256 });
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	publish(NAME, 60, &mine);
	publish(HOST, 60, &host);
	clients = roster_of(NAME, NULL);
	hosts = roster_of(HOST,
		&(struct dance_options){
			.size = sizeof(struct dance_options), .role = DANCE_SERVER });
	server = tls_new(&host, NULL);
	client = tls_new(&mine, &mine);
	return wrong;
}

static int end(void **state)
{
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	dance_roster_free(clients);
	dance_roster_free(hosts);
	clear_certificate(&host);
	clear_certificate(&mine);
	failing = NULL;
	encodings_left = encoded_else = -1;
	return scene_end(state);
}

static void no_options(void **state)
{
	(void)state;
	const struct dance_openssl_options options = {
		.size = sizeof(options), .roster = hosts, .server_name = HOST
	};
	failing = "openssl/options.c";
	assert_false(dance_openssl_arm_server(server, NULL));
	assert_false(dance_openssl_arm_client(client, &options, false));
	failing = NULL;
	ERR_clear_error();
	assert_true(dance_openssl_arm_server(server, NULL));
}

static void no_memory_for_a_server(void **state)
{
	(void)state;
	assert_true(dance_openssl_arm_server(server, NULL));
	failing = "openssl/handshake.c";
	assert_false(tls_connect(&pair, client, server));
	assert_int_equal(pair.server.alert, SSL_AD_INTERNAL_ERROR);
	tls_end(&pair);
}

static void no_memory_for_a_client(void **state)
{
	(void)state;
	const struct dance_openssl_options options = {
		.size = sizeof(options), .roster = hosts, .server_name = HOST
	};
	assert_true(dance_openssl_arm_client(client, &options, false));
	failing = "openssl/handshake.c";
	assert_false(tls_connect(&pair, client, server));
	check_verdict(dance_openssl_server_verdict(pair.client.ssl, &result),
		DANCE_UNDECIDED);
	tls_end(&pair);
}

static void is_internal(void)
{
	struct dance_result why = { .size = sizeof(why), .verdict = DANCE_UNDECIDED };
	int left = encodings_left;
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &result),
		DANCE_FAIL_INTERNAL);
	check_verdict(result.verdict, DANCE_FAIL_INTERNAL);
	encodings_left = left;
	assert_null(dance_openssl_peer_new(pair.server.ssl, &why));
	check_verdict(why.verdict, DANCE_FAIL_INTERNAL);
	assert_string_equal(why.detail, failing != NULL ? "out of memory" : "");
	assert_int_equal(ERR_peek_error(), 0);
}

static void no_peer(void **state)
{
	(void)state;
	assert_true(dance_openssl_arm_server(server, NULL));
	assert_true(tls_connect(&pair, client, server));
	failing = "openssl/peer.c";
	is_internal();
	failing = NULL;
	for (encodings_left = 0; encodings_left < 2;) {
		int left = encodings_left;
		encoded_else = left - 1; /* an error, or nothing */
		is_internal();
		encodings_left = left + 1;
	}
	encodings_left = -1;
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &result), DANCE_ALLOW);
	tls_end(&pair);
}

static void no_peer_with_a_key(void **state)
{
	(void)state;
	assert_true(dance_openssl_arm_server(server, NULL));
	tls_prefer_raw_keys(client);
	assert_true(tls_connect(&pair, client, server));
	encodings_left = 0;
	is_internal();
	encodings_left = -1;
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &result), DANCE_ALLOW);
	tls_end(&pair);
}

/* A server whose certificate cannot be judged is not allowed, whatever else is set. */
static void no_server_to_judge(void **state)
{
	(void)state;
	const struct dance_openssl_options options = { .size = sizeof(options),
		.roster = hosts,
		.server_name = HOST,
		.pkix_host = "host.example" };
	assert_true(dance_openssl_arm_client(client, &options, false));
	encodings_left = 0; /* of ours: OpenSSL's own go another way */
	assert_false(tls_connect(&pair, client, server));
	assert_int_equal(pair.client.alert, SSL_AD_HANDSHAKE_FAILURE);
	check_verdict(dance_openssl_server_verdict(pair.client.ssl, &result),
		DANCE_FAIL_INTERNAL);
	tls_end(&pair);
}

static void on_wake(void *arg)
{
	(void)arg;
}

/* Nor is it where the host does not wait. */
static void no_memory_to_decide_without_waiting(void **state)
{
	(void)state;
	const struct dance_openssl_options options = { .size = sizeof(options),
		.roster = hosts,
		.server_name = HOST,
		.pkix_host = "host.example" };
	assert_true(dance_openssl_arm_client(client, &options, false));
	for (int row = 0; row < 3; row++) {
		tls_begin(&pair, client, server);
		failing = row == 0 ? "openssl/no_wait.c" : NULL;
		assert_int_equal(dance_openssl_no_wait(pair.client.ssl, on_wake, NULL),
			row != 0);
		failing = row == 1 ? "openssl/no_wait.c" : NULL;
		encodings_left = row == 2 ? 0 : -1;
		if (row > 0) {
			assert_false(tls_shake(&pair));
			assert_int_equal(pair.client.alert, SSL_AD_HANDSHAKE_FAILURE);
			check_verdict(dance_openssl_server_verdict(pair.client.ssl, &result),
				DANCE_FAIL_INTERNAL);
		}
		tls_end(&pair);
	}
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(no_options),
		ONE(no_memory_for_a_server),
		ONE(no_memory_for_a_client),
		ONE(no_peer),
		ONE(no_peer_with_a_key),
		ONE(no_server_to_judge),
		ONE(no_memory_to_decide_without_waiting),
	};
	/* Only possible before OpenSSL allocates anything. */
	if (!CRYPTO_set_mem_functions(allocate, allocate_again, give_back)) {
		return EXIT_FAILURE;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
