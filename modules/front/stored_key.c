/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An SSL_CTX must not change while it is in use: the key that was opened again is given to each
 * connection. One thread opens it, and others use the one that there is meanwhile. */

#include "stored_key.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "key_store.h"
#include "key_uri.h"
#include "log.h"
#include "monotonic.h"

#define ADVICE \
	"see to the token or store of 'key-file'; it is tried again with each handshake"

struct stored_key {
	pthread_mutex_t lock;
	const SSL_CTX *ctx; /* which owns this */
	char *uri;
	char *section;
	char *id;
	EVP_PKEY *key; /* opened since; NULL: that of the SSL_CTX is good */
	bool failed;   /* to sign, and not opened again since */
	bool opening;
	int64_t tried; /* monotonic_ms() */
	char why[256]; /* it cannot be opened, as last logged */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int of_ctx = -1, of_ssl = -1;

static void stored_key_free(struct stored_key *stored)
{
	if (stored == NULL) {
		return;
	}
	EVP_PKEY_free(stored->key);
	pthread_mutex_destroy(&stored->lock);
	free(stored->uri);
	free(stored->section);
	free(stored->id);
	free(stored);
}

static void free_with_ctx(void *parent, void *data, CRYPTO_EX_DATA *all, int index,
	long number, void *arg)
{
	(void)parent;
	(void)all;
	(void)index;
	(void)number;
	(void)arg;
	stored_key_free(data);
}

static void find_indices(void)
{
	of_ctx = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_with_ctx);
	of_ssl = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static struct stored_key *of(const SSL_CTX *ctx)
{
	pthread_once(&once, find_indices);
	return of_ctx >= 0 ? SSL_CTX_get_ex_data(ctx, of_ctx) : NULL;
}

static void tell(const struct stored_key *stored, enum log_level level, const char *what,
	const char *why)
{
	char shown[KEY_URI_SHOWN_SIZE];
	struct log_line line;
	key_uri_show(stored->uri, shown);
	log_line_begin(&line, "%s %s, %s", stored->section, stored->id, what);
	if (why == NULL) {
		log_line_key(&line, "key-file", "%s", shown);
	} else {
		log_line_reason(&line, "%s", why);
	}
	log_composed(level, &line, why != NULL ? ADVICE : NULL);
}

/* --- opening it again --------------------------------------------------------------------- */

/* The key, if it is still that of the certificate. */
static EVP_PKEY *open_again(const struct stored_key *stored, char *why, size_t why_size)
{
	EVP_PKEY *key = key_store_key(stored->uri, why, why_size);
	const X509 *certificate = SSL_CTX_get0_certificate(stored->ctx);
	if (key != NULL && EVP_PKEY_eq(X509_get0_pubkey(certificate), key) != 1) {
		EVP_PKEY_free(key);
		ERR_clear_error();
		snprintf(why, why_size, "another key is there now; reload to use it");
		return NULL;
	}
	return key;
}

/* With the lock. */
static bool is_to_be_opened(const struct stored_key *stored)
{
	return stored->failed && !stored->opening &&
		monotonic_ms() - stored->tried >= STORED_KEY_RETRY_MS;
}

/* With the lock, which it leaves while the store works. */
static void try_again(struct stored_key *stored)
{
	char why[sizeof(stored->why)] = "";
	stored->opening = true;
	pthread_mutex_unlock(&stored->lock);
	EVP_PKEY *key = open_again(stored, why, sizeof(why));
	pthread_mutex_lock(&stored->lock);
	stored->opening = false;
	stored->tried = monotonic_ms();
	if (key != NULL) {
		EVP_PKEY_free(stored->key);
		stored->key = key;
		stored->failed = false;
		stored->why[0] = '\0';
		tell(stored, LEVEL_NOTICE, "key opened again", NULL);
	} else if (strcmp(why, stored->why) != 0) {
		memcpy(stored->why, why, sizeof(why));
		tell(stored, LEVEL_WARNING, "key not opened", why);
	}
}

/* Before a connection shows its certificate. */
static int provide(SSL *ssl, void *arg)
{
	struct stored_key *stored = arg;
	pthread_mutex_lock(&stored->lock);
	if (is_to_be_opened(stored)) {
		try_again(stored);
	}
	EVP_PKEY *key = stored->key;
	bool done = key == NULL || EVP_PKEY_up_ref(key) == 1;
	pthread_mutex_unlock(&stored->lock);
	if (key != NULL && done) {
		done = SSL_use_PrivateKey(ssl, key) == 1;
		EVP_PKEY_free(key);
	}
	return done;
}

/* --- what others see ---------------------------------------------------------------------- */

bool stored_key_watch(SSL_CTX *ctx, const char *section, const char *id, const char *uri)
{
	pthread_once(&once, find_indices);
	struct stored_key *stored = calloc(1, sizeof(*stored));
	if (stored == NULL) {
		return false;
	}
	pthread_mutex_init(&stored->lock, NULL);
	stored->ctx = ctx;
	stored->uri = strdup(uri);
	stored->section = strdup(section);
	stored->id = strdup(id);
	if (of_ctx < 0 || of_ssl < 0 || stored->uri == NULL || stored->section == NULL ||
		stored->id == NULL || SSL_CTX_set_ex_data(ctx, of_ctx, stored) != 1) {
		stored_key_free(stored);
		ERR_clear_error();
		return false;
	}
	SSL_CTX_set_cert_cb(ctx, provide, stored);
	return true;
}

/* RFC 8446 6.2: internal_error is "unrelated to the peer". A signature that could not be made is
 * the one reason for it that a key can be at fault for. */
void stored_key_heard(const SSL *ssl, int where, int code)
{
	const int sent = SSL_CB_ALERT | SSL_CB_WRITE;
	struct stored_key *stored = of(SSL_get_SSL_CTX(ssl));
	if (stored == NULL || (where & sent) != sent || code >> 8 != SSL3_AL_FATAL ||
		(code & 0xff) != SSL_AD_INTERNAL_ERROR) {
		return;
	}
	unsigned long reason = ERR_peek_error();
	const char *why = ERR_reason_error_string(reason);
	(void)SSL_set_ex_data((SSL *)(uintptr_t)ssl, of_ssl, stored);
	pthread_mutex_lock(&stored->lock);
	if (!stored->failed) {
		stored->failed = true;
		tell(stored, LEVEL_ERROR, "key does not sign",
			why != NULL ? why : "no reason is given");
	}
	pthread_mutex_unlock(&stored->lock);
}

const char *stored_key_advice(const SSL *ssl)
{
	pthread_once(&once, find_indices);
	return ssl != NULL && of_ssl >= 0 && SSL_get_ex_data(ssl, of_ssl) != NULL ? ADVICE :
										    NULL;
}

bool stored_key_is_in(const SSL_CTX *ctx)
{
	return of(ctx) != NULL;
}
