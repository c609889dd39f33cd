/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a peer showed without proving it, and shows of nothing: OpenSSL's answers are made up here
 * where it never gives them by itself. */

#include "check.h"
#include "dance_openssl.h"
#include "scene.h"
#include "shown.h"
#include "tls.h"

#include <openssl/err.h>

#define NAME "a.example"

static int is_signed = -1;        /* what OpenSSL says; negative: the truth */
static int signature = NID_undef; /* the type that it then gives */

int __real_SSL_get_peer_signature_type_nid(const SSL *ssl, int *type);
int __wrap_SSL_get_peer_signature_type_nid(const SSL *ssl, int *type);
int __wrap_SSL_get_peer_signature_type_nid(const SSL *ssl, int *type)
{
	if (is_signed < 0) {
		return __real_SSL_get_peer_signature_type_nid(ssl, type);
	}
	*type = signature;
	return is_signed;
}

static int allocations_left = -1; /* that succeed; negative: all */

void *__real_CRYPTO_zalloc(size_t size, const char *file, int line);
void *__wrap_CRYPTO_zalloc(size_t size, const char *file, int line);
void *__wrap_CRYPTO_zalloc(size_t size, const char *file, int line)
{
	return allocations_left < 0 || allocations_left-- > 0 ?
		__real_CRYPTO_zalloc(size, file, line) :
		NULL;
}

static struct credential host, mine;
static struct dance_roster *clients;
static SSL_CTX *server, *client;
static struct tls_pair pair;
static struct dance_result result = { .size = sizeof(result) };

static int begin(void **state)
{
	int wrong = scene_begin(state);
	make_certificate(&host, &(struct wish){ .key = KEY_P256 });
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	publish(NAME, 60, &mine);
	clients = roster_of(NAME, NULL);
	server = tls_new(&host, NULL);
	client = tls_new(&mine, &mine);
	assert_true(dance_openssl_arm_server(server, NULL));
	return wrong;
}

static int end(void **state)
{
	tls_end(&pair);
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	dance_roster_free(clients);
	clear_certificate(&host);
	clear_certificate(&mine);
	is_signed = allocations_left = -1;
	return scene_end(state);
}

static void without_a_signature_nothing_is_proved(void **state)
{
	(void)state;
	static const struct {
		int is_signed, signature;
		enum dance_verdict verdict;
	} rows[] = {
		{ -1, NID_undef, DANCE_ALLOW },
		{ 1, NID_X9_62_id_ecPublicKey, DANCE_ALLOW },
		{ 1, NID_undef, DANCE_DENY_UNPROVEN },
		{ 0, NID_X9_62_id_ecPublicKey, DANCE_DENY_UNPROVEN },
		{ 0, NID_undef, DANCE_DENY_UNPROVEN },
	};
	assert_true(tls_connect(&pair, client, server));
	for (size_t i = 0; i < ROWS(rows); i++) {
		is_signed = rows[i].is_signed;
		signature = rows[i].signature;
		check_verdict(dance_openssl_verify(pair.server.ssl, clients, &result),
			rows[i].verdict);
	}
	assert_string_equal(result.detail, "the handshake did not prove the peer's key");
}

static void no_certificate_is_no_chain_of_one(void **state)
{
	(void)state;
	STACK_OF(X509) *none = sk_X509_new_null();
	struct shown shown = { 0 };
	assert_non_null(none);
	check_verdict(shown_take_chain(&shown, NULL, NULL), DANCE_DENY_CREDENTIAL);
	assert_string_equal(shown.why, "the peer showed no certificate or key");
	check_verdict(shown_take_chain(&shown, NULL, none), DANCE_DENY_CREDENTIAL);
	check_verdict(shown_take_key(&shown, NULL), DANCE_DENY_CREDENTIAL);
	shown_clear(&shown);
	sk_X509_free(none);
}

/* In a server, OpenSSL gives the leaf apart. */
static void a_leaf_needs_no_chain(void **state)
{
	(void)state;
	struct shown shown = { 0 };
	const unsigned char *at = mine.octets[TLSA_CERTIFICATE];
	X509 *leaf = d2i_X509(NULL, &at, (long)mine.whole[TLSA_CERTIFICATE].size);
	assert_non_null(leaf);
	check_verdict(shown_take_chain(&shown, leaf, NULL), DANCE_UNDECIDED);
	assert_int_equal(shown.peer.chain_count, 1);
	assert_int_equal(shown.chain[0].size, mine.whole[TLSA_CERTIFICATE].size);
	shown_clear(&shown);
	X509_free(leaf);
}

static void without_memory_nothing_is_shown(void **state)
{
	(void)state;
	const unsigned char *at = mine.octets[TLSA_CERTIFICATE];
	X509 *leaf = d2i_X509(NULL, &at, (long)mine.whole[TLSA_CERTIFICATE].size);
	assert_non_null(leaf);
	EVP_PKEY *key = X509_get0_pubkey(leaf);
	for (int left = 0; left < 2; left++) {
		struct shown shown = { 0 };
		allocations_left = left;
		check_verdict(shown_take_chain(&shown, leaf, NULL), DANCE_FAIL_INTERNAL);
		shown_clear(&shown);
		allocations_left = left;
		check_verdict(shown_take_key(&shown, key), DANCE_FAIL_INTERNAL);
		assert_true(shown.peer.raw_key);
		assert_int_equal(shown.peer.chain_count, 0);
		shown_clear(&shown);
	}
	X509_free(leaf);
}

/* dane_clientid of one octet: the name is "a", and no other. */
static void a_name_of_one_octet_is_the_name(void **state)
{
	(void)state;
	static const struct tls_word word = { "\1a", 2, 0 };
	tls_say(client, DANCE_OPENSSL_EXTENSION, &word);
	assert_true(tls_connect(&pair, client, server));
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &result);
	assert_non_null(peer);
	assert_int_equal(dance_openssl_peer_shown(peer)->client_id_size, 1);
	assert_memory_equal(dance_openssl_peer_shown(peer)->client_id, "a", 1);
	dance_openssl_peer_free(peer);
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &result),
		DANCE_DENY_NAME);
}

/* A server that has not armed its handshakes still judges who comes, and hosts whose struct is
 * smaller than any release had get nothing. */
static void a_result_has_to_have_a_size(void **state)
{
	(void)state;
	struct dance_result none = { .size = 0 };
	assert_true(tls_connect(&pair, client, server));
	assert_null(dance_openssl_peer_new(pair.server.ssl, &none));
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &none),
		DANCE_FAIL_INTERNAL);
	is_signed = 0;
	check_verdict(dance_openssl_verify(pair.server.ssl, clients, &none),
		DANCE_FAIL_INTERNAL);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(without_a_signature_nothing_is_proved),
		ONE(no_certificate_is_no_chain_of_one),
		ONE(a_leaf_needs_no_chain),
		ONE(without_memory_nothing_is_shown),
		ONE(a_name_of_one_octet_is_the_name),
		ONE(a_result_has_to_have_a_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
