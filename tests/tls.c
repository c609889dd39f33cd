/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OpenSSL connections in memory. */

#include "tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#define BUFFER_SIZE 65536
#define TURN_MAX 20

static void must(bool did, const char *what)
{
	if (!did) {
		fprintf(stderr, "tls: %s\n", what);
		ERR_print_errors_fp(stderr);
		abort();
	}
}

static X509 *certificate_of(const struct credential *made)
{
	const unsigned char *at = made->whole[TLSA_CERTIFICATE].data;
	X509 *certificate = d2i_X509(NULL, &at, (long)made->whole[TLSA_CERTIFICATE].size);
	must(certificate != NULL, "certificate");
	return certificate;
}

static EVP_PKEY *key_of(const struct credential *made)
{
	gnutls_datum_t der;
	must(gnutls_x509_privkey_export2_pkcs8(made->key, GNUTLS_X509_FMT_DER, NULL,
		     GNUTLS_PKCS_PLAIN, &der) == 0,
		"PKCS #8");
	const unsigned char *at = der.data;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, der.size);
	must(key != NULL, "private key");
	gnutls_free(der.data);
	return key;
}

static void note_alert(const SSL *ssl, int where, int what)
{
	struct tls_end *end = SSL_get_app_data(ssl);
	if ((where & SSL_CB_WRITE_ALERT) == SSL_CB_WRITE_ALERT && end->alert < 0 &&
		what >> 8 == SSL3_AL_FATAL) {
		end->alert = what & 0xff;
	}
}

SSL_CTX *tls_new(const struct credential *own, const struct credential *above)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	must(ctx != NULL, "SSL_CTX");
	SSL_CTX_set_info_callback(ctx, note_alert);
	if (own != NULL) {
		X509 *certificate = certificate_of(own);
		EVP_PKEY *key = key_of(own);
		must(SSL_CTX_use_certificate(ctx, certificate), "own certificate");
		must(SSL_CTX_use_PrivateKey(ctx, key), "own key");
		X509_free(certificate);
		EVP_PKEY_free(key);
	}
	if (above != NULL) {
		must(SSL_CTX_add0_chain_cert(ctx, certificate_of(above)), "chain");
	}
	return ctx;
}

void tls_prefer_raw_keys(SSL_CTX *ctx)
{
	static const unsigned char types[] = { TLSEXT_cert_type_rpk,
		TLSEXT_cert_type_x509 };
	must(SSL_CTX_set1_client_cert_type(ctx, types, sizeof(types)), "client's type");
	must(SSL_CTX_set1_server_cert_type(ctx, types, sizeof(types)), "server's type");
}

static int say(SSL *ssl, unsigned type, unsigned context, const unsigned char **out,
	size_t *size, X509 *certificate, size_t entry, int *alert, void *arg)
{
	const struct tls_word *word = arg;
	(void)ssl;
	(void)type;
	(void)context;
	(void)certificate;
	(void)alert;
	*out = word->body;
	*size = word->size;
	return word->body != NULL && entry == word->entry;
}

static int hear(SSL *ssl, unsigned type, unsigned context, const unsigned char *in,
	size_t size, X509 *certificate, size_t entry, int *alert, void *arg)
{
	struct tls_end *end = SSL_get_app_data(ssl);
	(void)type;
	(void)context;
	(void)in;
	(void)certificate;
	(void)entry;
	(void)alert;
	(void)arg;
	end->said = (int)size;
	return 1;
}

void tls_say(SSL_CTX *ctx, unsigned extension, const struct tls_word *word)
{
	must(SSL_CTX_add_custom_ext(ctx, extension,
		     SSL_EXT_TLS1_3_ONLY | SSL_EXT_TLS1_3_CERTIFICATE_REQUEST |
			     SSL_EXT_TLS1_3_CERTIFICATE | SSL_EXT_TLS1_3_RAW_PUBLIC_KEY,
		     say, NULL, (void *)(uintptr_t)word, hear, NULL),
		"custom extension");
}

static void begin(struct tls_end *end, SSL_CTX *ctx, BIO *wire)
{
	*end = (struct tls_end){ .ssl = SSL_new(ctx), .alert = -1, .said = -1 };
	must(end->ssl != NULL && SSL_set_app_data(end->ssl, end), "SSL");
	SSL_set_bio(end->ssl, wire, wire);
}

void tls_begin(struct tls_pair *pair, SSL_CTX *client, SSL_CTX *server)
{
	BIO *one, *other;
	must(BIO_new_bio_pair(&one, BUFFER_SIZE, &other, BUFFER_SIZE), "BIO pair");
	begin(&pair->client, client, one);
	begin(&pair->server, server, other);
	SSL_set_connect_state(pair->client.ssl);
	SSL_set_accept_state(pair->server.ssl);
}

/* One step of a handshake, or of the octet that follows it. */
static bool step(struct tls_end *end, bool *sent, bool *failed)
{
	unsigned char octet = 1;
	int did = SSL_do_handshake(end->ssl);
	if (did > 0 && !*sent) {
		did = SSL_write(end->ssl, &octet, 1);
		*sent = did > 0;
	}
	if (did > 0) {
		did = SSL_read(end->ssl, &octet, 1);
	}
	int error = SSL_get_error(end->ssl, did);
	*failed = did <= 0 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
	return did > 0;
}

bool tls_shake(struct tls_pair *pair)
{
	bool client = false, server = false, client_sent = false, server_sent = false;
	bool client_failed = false, server_failed = false;
	for (int turn = 0; turn < TURN_MAX && !(client && server); turn++) {
		if (!client && !client_failed) {
			client = step(&pair->client, &client_sent, &client_failed);
		}
		if (!server && !server_failed) {
			server = step(&pair->server, &server_sent, &server_failed);
		}
	}
	return client && server;
}

bool tls_connect(struct tls_pair *pair, SSL_CTX *client, SSL_CTX *server)
{
	tls_begin(pair, client, server);
	return tls_shake(pair);
}

void tls_end(struct tls_pair *pair)
{
	SSL_free(pair->client.ssl);
	SSL_free(pair->server.ssl);
	*pair = (struct tls_pair){ 0 };
	ERR_clear_error();
}
