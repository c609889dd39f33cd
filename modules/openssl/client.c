/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client's SSL_CTX. The server is judged in the handshake, before anything of the client's
 * own is sent; what was decided stays with the SSL. */

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "arm.h"
#include "handshake.h"
#include "no_wait.h"
#include "shown.h"

static int what_holds(int holds, X509_STORE_CTX *asked)
{
	(void)asked;
	return holds;
}

/* RFC 5280, by the SSL_CTX's own trust store, and RFC 9525 6: names only where they belong.
 * A host's callback that forgives errors has no say. */
static bool is_pkix_valid(X509_STORE_CTX *asked, const char *host)
{
	X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(asked);
	X509_VERIFY_PARAM_set_hostflags(parameters,
		X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	X509_STORE_CTX_set_verify_cb(asked, what_holds);
	return X509_VERIFY_PARAM_set1_host(parameters, host, 0) &&
		X509_verify_cert(asked) == 1 &&
		X509_STORE_CTX_get_error(asked) == X509_V_OK;
}

static bool is_key(const struct dance_result *result, const unsigned char *key)
{
	return result->has_key &&
		memcmp(result->key_sha256, key, sizeof(result->key_sha256)) == 0;
}

/* Where DNS proves that there is nothing to go by, and nowhere else (RFC 6698 4.1). */
static void fall_back(X509_STORE_CTX *asked, const struct dance_openssl_options *given,
	struct dance_result *result)
{
	const char *host = given->pkix_host;
	bool absent = given->roster == NULL || result->verdict == DANCE_DENY_NO_TLSA ||
		result->verdict == DANCE_DENY_INSECURE;
	if (absent && given->server_key != NULL) {
		if (is_key(result, given->server_key)) {
			result->verdict = DANCE_ALLOW;
			*result->detail = '\0';
		}
		return;
	}
	if (!absent || host == NULL || X509_STORE_CTX_get0_rpk(asked) != NULL) {
		return;
	}
	bool valid = is_pkix_valid(asked, host);
	snprintf(result->detail, sizeof(result->detail), "%s; PKIX for %.100s: %s",
		dance_verdict_name(result->verdict), host,
		X509_verify_cert_error_string(X509_STORE_CTX_get_error(asked)));
	if (valid) {
		result->verdict = DANCE_ALLOW;
	}
}

/* Which key is it? No record says that it is the server's. */
static void judge_without_records(const struct dance_peer *peer,
	struct dance_result *result)
{
	if (dance_judge(peer, NULL, NULL, 0, NULL, result) == DANCE_DENY_UNUSABLE) {
		result->verdict = DANCE_DENY_MISMATCH;
		snprintf(result->detail, sizeof(result->detail),
			"the key is not the one that is relied on");
	}
}

static void judge(X509_STORE_CTX *asked, const struct options *options,
	struct dance_result *result)
{
	struct shown shown = { .peer.size = sizeof(shown.peer) };
	*result = (struct dance_result){ .size = sizeof(struct dance_result),
		.verdict = shown_take_asked(&shown, asked) };
	if (result->verdict == DANCE_UNDECIDED && options->given.roster == NULL) {
		judge_without_records(&shown.peer, result);
	} else if (result->verdict == DANCE_UNDECIDED) {
		shown.peer.client_id = options->given.server_name;
		shown.peer.client_id_size = options->server_name_size;
		(void)dance_verify(options->given.roster, &shown.peer, result);
	} else if (shown.why != NULL) {
		snprintf(result->detail, sizeof(result->detail), "%s", shown.why);
	}
	shown_clear(&shown);
}

/* OpenSSL asks again when the host resumes the handshake. As long as it does not, the SSL has no
 * verdict and X509_V_OK is not said. */
static int ask_again(SSL *ssl, X509_STORE_CTX *asked)
{
	if (!SSL_set_retry_verify(ssl)) {
		return arm_refuse(asked);
	}
	X509_STORE_CTX_set_error(asked, X509_V_ERR_APPLICATION_VERIFICATION);
	return 1;
}

static int verify_server(X509_STORE_CTX *asked, void *arg)
{
	const struct options *options = arg;
	SSL *ssl = arm_ssl(asked);
	struct handshake *handshake = handshake_get(ssl);
	struct no_wait *no_wait = no_wait_find(ssl);
	if (handshake == NULL) {
		return arm_refuse(asked);
	}
	ERR_set_mark();
	if (no_wait == NULL || options->given.roster == NULL) {
		judge(asked, options, &handshake->server);
	} else if (no_wait_decide(no_wait, asked, options, &handshake->server) ==
		DANCE_UNDECIDED) {
		ERR_pop_to_mark();
		return ask_again(ssl, asked);
	}
	fall_back(asked, &options->given, &handshake->server);
	ERR_pop_to_mark();
	if (handshake->server.verdict != DANCE_ALLOW) {
		return arm_refuse(asked);
	}
	X509_STORE_CTX_set_error(asked, X509_V_OK);
	return 1;
}

static bool set_types(SSL_CTX *ctx, bool raw_key)
{
	static const unsigned char server[] = { TLSEXT_cert_type_x509,
		TLSEXT_cert_type_rpk };
	static const unsigned char own[] = { TLSEXT_cert_type_rpk, TLSEXT_cert_type_x509 };
	return SSL_CTX_set1_server_cert_type(ctx, server, sizeof(server)) &&
		(!raw_key || SSL_CTX_set1_client_cert_type(ctx, own, sizeof(own)));
}

static bool arm(SSL_CTX *ctx, const struct dance_openssl_options *given, bool raw_key)
{
	struct options *options = options_give(ctx, given);
	if (options == NULL) {
		return false;
	}
	bool named = options->given.roster != NULL;
	if (named != (options->given.server_name != NULL) ||
		(!named && options->given.server_key == NULL)) {
		ERR_raise_data(ERR_LIB_SSL, ERR_R_PASSED_INVALID_ARGUMENT,
			"a client needs roster and server_name, or else server_key");
		return false;
	}
	options->client = true;
	/* This one is zero when it did what it was asked for. */
	if ((options->alpn_size > 0 &&
		    SSL_CTX_set_alpn_protos(ctx, options->alpn,
			    (unsigned)options->alpn_size) != 0)) {
		return false;
	}
	return arm_both(ctx, options, verify_server, SSL_VERIFY_PEER) &&
		set_types(ctx, raw_key);
}

bool dance_openssl_arm_client(SSL_CTX *ctx, const struct dance_openssl_options *options,
	bool raw_key)
{
	ERR_set_mark();
	bool armed = arm(ctx, options, raw_key);
	if (armed) {
		ERR_pop_to_mark();
	} else {
		ERR_clear_last_mark();
	}
	return armed;
}

enum dance_verdict dance_openssl_server_verdict(SSL *ssl, struct dance_result *result)
{
	struct dance_result decided = { .size = sizeof(decided),
		.verdict = DANCE_UNDECIDED };
	const struct handshake *handshake = handshake_find(ssl);
	if (handshake != NULL) {
		decided = handshake->server;
	}
	/* It was judged before it proved to have its key: a handshake that ended there has
	 * allowed nothing. */
	if (decided.verdict == DANCE_ALLOW && !SSL_is_init_finished(ssl)) {
		decided.verdict = DANCE_DENY_UNPROVEN;
	}
	if (result != NULL && !dance_result_copy(result, &decided)) {
		return DANCE_FAIL_INTERNAL;
	}
	return decided.verdict;
}
