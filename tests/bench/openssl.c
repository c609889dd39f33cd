/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OpenSSL's DANE verification of the same certificate, records given. */

#include "judge.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>

struct openssl {
	const struct subject *subject;
	SSL_CTX *context;
	SSL *ssl;
	X509_STORE *store;
};

static void *begin(const struct subject *subject, size_t names)
{
	(void)names;
	struct openssl *judge = calloc(1, sizeof(*judge));
	judge->subject = subject;
	judge->context = SSL_CTX_new(TLS_server_method());
	SSL_CTX_dane_enable(judge->context);
	SSL_CTX_dane_set_flags(judge->context, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	judge->ssl = SSL_new(judge->context);
	SSL_dane_enable(judge->ssl, "ns2.example.net");
	judge->store = SSL_CTX_get_cert_store(judge->context);
	if (SSL_dane_tlsa_add(judge->ssl, 3, 1, 1, subject->digest, 32) <= 0) {
		return NULL;
	}
	return judge;
}

static bool run(void *arg)
{
	struct openssl *judge = arg;
	const unsigned char *der = judge->subject->certificate;
	X509 *certificate = d2i_X509(NULL, &der, (long)judge->subject->certificate_size);
	X509_STORE_CTX *verify = X509_STORE_CTX_new();
	X509_STORE_CTX_init(verify, judge->store, certificate, NULL);
	X509_STORE_CTX_set_default(verify, "ssl_client");
	X509_STORE_CTX_set_ex_data(verify, SSL_get_ex_data_X509_STORE_CTX_idx(),
		judge->ssl);
	X509_STORE_CTX_set0_dane(verify, SSL_get0_dane(judge->ssl));
	bool ok = X509_verify_cert(verify) == 1;
	X509_STORE_CTX_free(verify);
	X509_free(certificate);
	return ok;
}

static void end(void *arg)
{
	struct openssl *judge = arg;
	SSL_free(judge->ssl);
	SSL_CTX_free(judge->context);
	free(judge);
}

const struct judge judge_openssl = { "OpenSSL's DANE, records given", begin, run, end };
