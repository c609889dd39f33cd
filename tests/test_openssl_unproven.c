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

/* OpenSSL's words on what it asks about, before anybody has judged that. */
static int holds_before = -1; /* negative: its own */

EVP_PKEY *__real_X509_STORE_CTX_get0_rpk(const X509_STORE_CTX *asked);
EVP_PKEY *__wrap_X509_STORE_CTX_get0_rpk(const X509_STORE_CTX *asked);
EVP_PKEY *__wrap_X509_STORE_CTX_get0_rpk(const X509_STORE_CTX *asked)
{
	if (holds_before >= 0) {
		X509_STORE_CTX_set_error((X509_STORE_CTX *)(uintptr_t)asked, holds_before);
		ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR); /* as an attempt may */
	}
	return __real_X509_STORE_CTX_get0_rpk(asked);
}

static bool no_index;

int __real_CRYPTO_THREAD_run_once(CRYPTO_ONCE *once, void (*init)(void));
int __wrap_CRYPTO_THREAD_run_once(CRYPTO_ONCE *once, void (*init)(void));
int __wrap_CRYPTO_THREAD_run_once(CRYPTO_ONCE *once, void (*init)(void))
{
	return no_index ? 0 : __real_CRYPTO_THREAD_run_once(once, init);
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
	is_signed = allocations_left = holds_before = -1;
	no_index = false;
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

static X509 *certificate_of(const struct credential *credential)
{
	const unsigned char *at = credential->octets[TLSA_CERTIFICATE];
	X509 *certificate = d2i_X509(NULL, &at,
		(long)credential->whole[TLSA_CERTIFICATE].size);
	assert_non_null(certificate);
	return certificate;
}

/* In a server, OpenSSL gives the leaf apart. */
static void a_leaf_needs_no_chain(void **state)
{
	(void)state;
	struct shown shown = { 0 };
	X509 *leaf = certificate_of(&mine);
	check_verdict(shown_take_chain(&shown, leaf, NULL), DANCE_UNDECIDED);
	assert_int_equal(shown.peer.chain_count, 1);
	assert_int_equal(shown.chain[0].size, mine.whole[TLSA_CERTIFICATE].size);
	shown_clear(&shown);
	X509_free(leaf);
}

/* However many: the leaf first, if it is apart, and no more than DANCE_CHAIN_MAX in all. */
static void a_chain_is_taken_in_its_order(void **state)
{
	(void)state;
	X509 *leaf = certificate_of(&mine), *above = certificate_of(&host);
	STACK_OF(X509) *chain = sk_X509_new_null();
	for (size_t count = 0; count <= DANCE_CHAIN_MAX + 1; count++) {
		for (size_t apart = 0; apart < 2; apart++) {
			struct shown shown = { 0 };
			size_t all = count + apart;
			enum dance_verdict verdict = shown_take_chain(&shown,
				apart ? leaf : NULL, chain);
			check_verdict(verdict,
				all > 0 && all <= DANCE_CHAIN_MAX ? DANCE_UNDECIDED :
								    DANCE_DENY_CREDENTIAL);
			if (verdict != DANCE_UNDECIDED) {
				assert_string_equal(shown.why,
					all > 0 ? "more than 32 certificates were shown" :
						  "the peer showed no certificate or key");
				assert_int_equal(shown.peer.chain_count, 0);
			} else {
				assert_null(shown.why);
				assert_int_equal(shown.peer.chain_count, all);
				assert_ptr_equal(shown.peer.chain, shown.chain);
			}
			assert_false(shown.peer.raw_key);
			for (size_t i = 0; i < shown.peer.chain_count; i++) {
				const struct dance_octets *der = apart && i == 0 ?
					&mine.whole[TLSA_CERTIFICATE] :
					&host.whole[TLSA_CERTIFICATE];
				assert_int_equal(shown.chain[i].size, der->size);
				assert_memory_equal(shown.chain[i].data, der->data,
					der->size);
			}
			shown_clear(&shown);
			assert_int_equal(shown.peer.chain_count, 0);
			assert_null(shown.peer.chain);
			assert_null(shown.chain);
			shown_clear(&shown);
		}
		assert_true(sk_X509_push(chain, above) > 0);
	}
	sk_X509_free(chain);
	X509_free(leaf);
	X509_free(above);
}

static void without_memory_nothing_is_shown(void **state)
{
	(void)state;
	X509 *leaf = certificate_of(&mine);
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

/* What is wrong elsewhere stays to be told, and what goes wrong here is told by the verdict. */
static void errors_of_others_stay(void **state)
{
	(void)state;
	assert_true(tls_connect(&pair, client, server));
	ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
	unsigned long error = ERR_peek_error();
	struct dance_openssl_peer *peer = dance_openssl_peer_new(pair.server.ssl, &result);
	assert_non_null(peer);
	dance_openssl_peer_free(peer);
	assert_int_equal(ERR_get_error(), error);
	assert_int_equal(ERR_get_error(), 0);
}

/* Whatever OpenSSL says before it asks us: a server that is allowed is verified, no client is. */
static void openssl_hears_what_was_decided(void **state)
{
	(void)state;
	const struct dance_openssl_options options = { .size = sizeof(options),
		.server_key = host.sha256[TLSA_SPKI] };
	for (int row = 0; row < 2; row++) {
		SSL_CTX *armed = tls_new(&mine, NULL);
		assert_true(dance_openssl_arm_client(armed, &options, false));
		holds_before = row == 0 ? X509_V_OK : X509_V_ERR_UNSPECIFIED;
		assert_true(tls_connect(&pair, armed, server));
		assert_int_equal(SSL_get_verify_result(pair.client.ssl), X509_V_OK);
		assert_int_equal(ERR_peek_error(), 0);
		assert_int_equal(SSL_get_verify_result(pair.server.ssl),
			X509_V_ERR_APPLICATION_VERIFICATION);
		tls_end(&pair);
		SSL_CTX_free(armed);
	}
}

static void without_an_index_nothing_is_kept(void **state)
{
	(void)state;
	no_index = true;
	SSL_CTX *ctx = tls_new(&host, NULL);
	assert_false(dance_openssl_arm_server(ctx, NULL));
	assert_int_equal(ERR_GET_REASON(ERR_peek_error()), ERR_R_CRYPTO_LIB);
	ERR_clear_error();
	SSL_CTX_free(ctx);
	assert_false(tls_connect(&pair, client, server));
	assert_int_equal(pair.server.alert, SSL_AD_INTERNAL_ERROR);
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
	check_verdict(dance_openssl_server_verdict(pair.server.ssl, &none),
		DANCE_FAIL_INTERNAL);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(without_a_signature_nothing_is_proved),
		ONE(no_certificate_is_no_chain_of_one),
		ONE(a_leaf_needs_no_chain),
		ONE(a_chain_is_taken_in_its_order),
		ONE(without_memory_nothing_is_shown),
		ONE(errors_of_others_stay),
		ONE(openssl_hears_what_was_decided),
		ONE(without_an_index_nothing_is_kept),
		ONE(a_name_of_one_octet_is_the_name),
		ONE(a_result_has_to_have_a_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
