/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Decisions about servers in handshakes that do not wait. */

#include "no_wait.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdio.h>

#include "kept.h"
#include "shown.h"

/* One decision. OpenSSL shows the same objects each time that it asks in one handshake. */
struct under_way {
	struct dance_decision *decision;
	struct shown shown;
	X509 *certificate; /* with a reference, like the next: so no other can be taken for it */
	EVP_PKEY *key;
};

struct no_wait {
	dance_wake *wake;
	void *arg;
	struct under_way *under_way; /* NULL: there is none */
};

static void end(struct no_wait *no_wait)
{
	struct under_way *at = no_wait->under_way;
	if (at != NULL) {
		dance_decision_free(at->decision);
		shown_clear(&at->shown);
		X509_free(at->certificate);
		EVP_PKEY_free(at->key);
		OPENSSL_free(at);
		no_wait->under_way = NULL;
	}
}

void no_wait_free(struct no_wait *no_wait)
{
	if (no_wait != NULL) {
		end(no_wait);
		OPENSSL_free(no_wait);
	}
}

struct no_wait *no_wait_find(const SSL *ssl)
{
	return kept_find(ssl, KEPT_NO_WAIT);
}

/* Takes what is shown, and begins. Else the verdict on it is final. */
static enum dance_verdict begin(struct no_wait *no_wait, const X509_STORE_CTX *asked,
	const struct options *options, const char **why)
{
	struct under_way *at = OPENSSL_zalloc(sizeof(*at));
	if (at == NULL) {
		return DANCE_FAIL_INTERNAL;
	}
	no_wait->under_way = at;
	at->shown.peer.size = sizeof(at->shown.peer);
	enum dance_verdict verdict = shown_take_asked(&at->shown, asked);
	if (verdict != DANCE_UNDECIDED) {
		*why = at->shown.why;
		return verdict;
	}
	X509 *certificate = X509_STORE_CTX_get0_cert(asked);
	EVP_PKEY *key = X509_STORE_CTX_get0_rpk(asked);
	if (certificate != NULL && X509_up_ref(certificate)) {
		at->certificate = certificate;
	}
	if (key != NULL && EVP_PKEY_up_ref(key)) {
		at->key = key;
	}
	at->shown.peer.client_id = options->given.server_name;
	at->shown.peer.client_id_size = options->server_name_size;
	at->decision = dance_decision_new(options->given.roster, &at->shown.peer,
		no_wait->wake, no_wait->arg);
	return at->decision != NULL ? DANCE_UNDECIDED : DANCE_FAIL_INTERNAL;
}

static bool is_about(const struct under_way *at, const X509_STORE_CTX *asked)
{
	return at->certificate == X509_STORE_CTX_get0_cert(asked) &&
		at->key == X509_STORE_CTX_get0_rpk(asked);
}

enum dance_verdict no_wait_decide(struct no_wait *no_wait, const X509_STORE_CTX *asked,
	const struct options *options, struct dance_result *result)
{
	const char *why = NULL;
	if (no_wait->under_way != NULL && !is_about(no_wait->under_way, asked)) {
		end(no_wait); /* of a handshake that did not end */
	}
	enum dance_verdict verdict = no_wait->under_way != NULL ?
		DANCE_UNDECIDED :
		begin(no_wait, asked, options, &why);
	if (verdict == DANCE_UNDECIDED) {
		verdict = dance_decision_take(no_wait->under_way->decision, result);
	} else {
		*result = (struct dance_result){ .size = sizeof(*result),
			.verdict = verdict };
		snprintf(result->detail, sizeof(result->detail), "%s",
			why != NULL ? why : "");
	}
	if (verdict != DANCE_UNDECIDED) {
		end(no_wait);
	}
	return verdict;
}

static bool wrong(const char *what)
{
	ERR_raise_data(ERR_LIB_SSL, ERR_R_PASSED_INVALID_ARGUMENT, "%s", what);
	return false;
}

bool dance_openssl_no_wait(SSL *ssl, dance_wake *wake, void *arg)
{
	const struct options *options = options_find(SSL_get_SSL_CTX(ssl));
	if (options == NULL || !options->client || SSL_is_server(ssl)) {
		return wrong("this is no SSL of a client that is armed");
	}
	struct no_wait *no_wait = no_wait_find(ssl);
	if (no_wait == NULL) {
		no_wait = OPENSSL_zalloc(sizeof(*no_wait));
		if (no_wait == NULL || !kept_put(ssl, KEPT_NO_WAIT, no_wait)) {
			OPENSSL_free(no_wait);
			return false;
		}
	}
	end(no_wait);
	no_wait->wake = wake;
	no_wait->arg = arg;
	return true;
}
