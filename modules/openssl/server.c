/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server's SSL_CTX. In its handshake the client is only refused for what the draft says
 * must end it: OpenSSL asks before the client has proved its key, so nothing can be granted
 * there. What was decided is remembered until the key is proved (peer.c). */

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "arm.h"
#include "handshake.h"
#include "shown.h"

/* Draft 5, 8.2: a record matches, but the name is not in the certificate or the path fails. */
static bool must_abort(const struct options *options, struct handshake *handshake,
	const X509_STORE_CTX *asked)
{
	struct shown shown = { .peer.size = sizeof(shown.peer) };
	struct dance_roster *roster = options->given.roster;
	struct dance_result result = { .size = sizeof(result) };
	enum dance_verdict verdict = shown_take_asked(&shown, asked);
	if (verdict == DANCE_UNDECIDED) {
		shown.peer.client_id = handshake->name;
		shown.peer.client_id_size = handshake->name_size;
		uint64_t began = result_cache_now();
		verdict = dance_verify(roster, &shown.peer, &result);
		handshake_decide(handshake, X509_STORE_CTX_get0_cert(asked),
			X509_STORE_CTX_get0_rpk(asked), &result, roster, began);
	}
	shown_clear(&shown);
	return verdict == DANCE_DENY_CHAIN;
}

static int verify_client(X509_STORE_CTX *asked, void *arg)
{
	const struct options *options = arg;
	struct handshake *handshake = handshake_find(arm_ssl(asked));
	if (handshake == NULL) {
		return arm_refuse(asked);
	}
	handshake_undecide(handshake);
	if (handshake->name_size == 0 && options->given.need_name) {
		return arm_refuse(asked);
	}
	if (handshake->name_size > 0 && options->given.roster != NULL &&
		must_abort(options, handshake, asked)) {
		return arm_refuse(asked);
	}
	/* The handshake goes on, and yet SSL_get_verify_result() is not X509_V_OK: nobody has
	 * been authenticated. */
	X509_STORE_CTX_set_error(asked, X509_V_ERR_APPLICATION_VERIFICATION);
	return 1;
}

/* RFC 7301 3.2. */
static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *size,
	const unsigned char *offered, unsigned offered_size, void *arg)
{
	const struct options *options = arg;
	size_t wanted = options->alpn_size;
	(void)ssl;
	for (unsigned at = 0; at < offered_size; at += 1u + offered[at]) {
		/* The octet of length is compared with the rest. */
		if (offered_size - at >= wanted &&
			memcmp(offered + at, options->alpn, wanted) == 0) {
			*out = offered + at + 1;
			*size = offered[at];
			return SSL_TLSEXT_ERR_OK;
		}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* RFC 8446 4.2.1: one octet of length, then versions of two. */
static bool offers_tls13(SSL *ssl)
{
	const unsigned char *versions;
	size_t size;
	if (!SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &versions,
		    &size)) {
		return false;
	}
	for (size_t at = 1; at + 1 < size; at += 2) {
		if ((versions[at] << 8 | versions[at + 1]) == TLS1_3_VERSION) {
			return true;
		}
	}
	return false;
}

/* OpenSSL asks for a choice only where there is one. Who cannot speak TLS 1.3 is left to the
 * alert protocol_version. */
static int require_alpn(SSL *ssl, int *alert, void *arg)
{
	const unsigned char *offered;
	size_t size;
	(void)arg;
	if (SSL_client_hello_get0_ext(ssl,
		    TLSEXT_TYPE_application_layer_protocol_negotiation, &offered, &size) ||
		!offers_tls13(ssl)) {
		return SSL_CLIENT_HELLO_SUCCESS;
	}
	/* Or the host would only be told that a callback failed. */
	ERR_raise(ERR_LIB_SSL, SSL_R_NO_APPLICATION_PROTOCOL);
	*alert = SSL_AD_NO_APPLICATION_PROTOCOL;
	return SSL_CLIENT_HELLO_ERROR;
}

/* Which of them a client shows is its own choice. The server's own raw key is only shown to who
 * takes nothing else: records of usage DANE-TA are of certificates. */
static bool set_types(SSL_CTX *ctx)
{
	static const unsigned char client[] = { TLSEXT_cert_type_rpk,
		TLSEXT_cert_type_x509 };
	static const unsigned char server[] = { TLSEXT_cert_type_x509,
		TLSEXT_cert_type_rpk };
	return SSL_CTX_set1_client_cert_type(ctx, client, sizeof(client)) &&
		SSL_CTX_set1_server_cert_type(ctx, server, sizeof(server));
}

static bool arm(SSL_CTX *ctx, const struct dance_openssl_options *given)
{
	static const unsigned char context[] =
		"dance"; /* OpenSSL wants one with VERIFY_PEER */
	struct options *options = options_give(ctx, given);
	if (options == NULL) {
		return false;
	}
	if (options->alpn_size > 0) {
		SSL_CTX_set_alpn_select_cb(ctx, select_alpn, options);
	}
	if (options->given.need_alpn) {
		SSL_CTX_set_client_hello_cb(ctx, require_alpn, options);
	}
	int mode = SSL_VERIFY_PEER |
		(options->given.need_name ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
	return arm_both(ctx, options, verify_client, mode) && set_types(ctx) &&
		SSL_CTX_set_num_tickets(ctx, 0) && SSL_CTX_set_max_early_data(ctx, 0) &&
		SSL_CTX_set_session_id_context(ctx, context, sizeof(context) - 1);
}

bool dance_openssl_arm_server(SSL_CTX *ctx, const struct dance_openssl_options *options)
{
	ERR_set_mark();
	bool armed = arm(ctx, options);
	if (armed) {
		ERR_pop_to_mark();
	} else {
		ERR_clear_last_mark();
	}
	return armed;
}
