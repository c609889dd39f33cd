/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the peer of a connection showed and proved, after the handshake. */

#include <openssl/err.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <string.h>

#include "handshake.h"
#include "shown.h"

struct dance_openssl_peer {
	struct shown shown;
	char name[CLIENTID_NAME_MAX];
	struct result_cache *decided; /* about this peer, in the handshake; NULL: nothing */
};

/* A key that this handshake did not prove counts for nothing: no proof is asked of what was
 * resumed, and none was read while the handshake goes on. */
static const char *find_unproven(const SSL *ssl)
{
	if (SSL_version(ssl) != TLS1_3_VERSION || !SSL_is_init_finished(ssl)) {
		return "no finished TLS 1.3 handshake";
	}
	return SSL_session_reused(ssl) ? "the TLS session was resumed" : NULL;
}

/* RFC 8446 4.4.3. OpenSSL sees to it that a certificate or key is followed by its proof;
 * this asks whether it did. */
static bool has_proof(const SSL *ssl)
{
	int type = NID_undef;
	return SSL_get_peer_signature_type_nid(ssl, &type) && type != NID_undef;
}

static enum dance_verdict take_shown(struct shown *shown, SSL *ssl)
{
	const X509 *leaf = SSL_get0_peer_certificate(ssl);
	const EVP_PKEY *key = SSL_get0_peer_rpk(ssl);
	if (leaf == NULL) {
		return shown_take_key(shown, key);
	}
	/* Only in a client the chain begins with the leaf. */
	return shown_take_chain(shown, SSL_is_server(ssl) ? leaf : NULL,
		SSL_get_peer_cert_chain(ssl));
}

static void take_name(struct dance_openssl_peer *peer, const SSL *ssl)
{
	const struct handshake *handshake = handshake_find(ssl);
	if (handshake != NULL && handshake->name_size > 0) {
		memcpy(peer->name, handshake->name, handshake->name_size);
		peer->shown.peer.client_id = peer->name;
		peer->shown.peer.client_id_size = handshake->name_size;
	}
}

/* The decision of the handshake was made before the key was proved. It counts now, but only for
 * the very certificate or key that it was made about: a peer may have shown another one since. */
static void take_decision(struct dance_openssl_peer *peer, const SSL *ssl)
{
	struct handshake *handshake = handshake_find(ssl);
	if (handshake != NULL &&
		(handshake->certificate != NULL || handshake->key != NULL) &&
		handshake->certificate == SSL_get0_peer_certificate(ssl) &&
		handshake->key == SSL_get0_peer_rpk(ssl)) {
		peer->decided = handshake->decided;
		handshake->decided = NULL;
	}
}

/* DANCE_UNDECIDED if all is there, else why not, with a sentence on it in *detail or NULL. */
static enum dance_verdict take(struct dance_openssl_peer *peer, SSL *ssl,
	const char **detail)
{
	*detail = find_unproven(ssl);
	if (*detail != NULL) {
		return DANCE_DENY_UNPROVEN;
	}
	enum dance_verdict why = take_shown(&peer->shown, ssl);
	if (why != DANCE_UNDECIDED) {
		*detail = peer->shown.why;
		return why;
	}
	if (!has_proof(ssl)) {
		*detail = "the handshake did not prove the peer's key";
		return DANCE_DENY_UNPROVEN;
	}
	take_name(peer, ssl);
	take_decision(peer, ssl);
	return DANCE_UNDECIDED;
}

struct dance_openssl_peer *dance_openssl_peer_new(SSL *ssl, struct dance_result *why)
{
	struct dance_result result = { .size = sizeof(result),
		.verdict = DANCE_FAIL_INTERNAL };
	const char *detail = "out of memory";
	ERR_set_mark();
	struct dance_openssl_peer *peer = OPENSSL_zalloc(sizeof(*peer));
	if (peer != NULL) {
		peer->shown.peer.size = sizeof(peer->shown.peer);
		result.verdict = take(peer, ssl, &detail);
	}
	ERR_pop_to_mark();
	if (detail != NULL) {
		snprintf(result.detail, sizeof(result.detail), "%s", detail);
	}
	if (!dance_result_copy(why, &result) || result.verdict != DANCE_UNDECIDED) {
		dance_openssl_peer_free(peer);
		return NULL;
	}
	return peer;
}

void dance_openssl_peer_free(struct dance_openssl_peer *peer)
{
	if (peer != NULL) {
		shown_clear(&peer->shown);
		OPENSSL_free(peer->decided);
		OPENSSL_free(peer);
	}
}

const struct dance_peer *dance_openssl_peer_shown(const struct dance_openssl_peer *peer)
{
	return &peer->shown.peer;
}

enum dance_verdict dance_openssl_peer_verify(struct dance_openssl_peer *peer,
	struct dance_roster *roster, struct dance_result *result)
{
	struct dance_result kept = { .size = sizeof(kept) };
	bool counts = peer->decided != NULL &&
		result_cache_take(peer->decided, roster, roster, &kept);
	OPENSSL_free(peer->decided);
	peer->decided = NULL;
	if (counts) {
		return dance_result_copy(result, &kept) ? kept.verdict :
							  DANCE_FAIL_INTERNAL;
	}
	return dance_verify(roster, &peer->shown.peer, result);
}

struct dance_decision *dance_openssl_peer_decision(struct dance_openssl_peer *peer,
	struct dance_roster *roster, dance_wake *wake, void *arg)
{
	return dance_decision_new(roster, &peer->shown.peer, wake, arg);
}

enum dance_verdict dance_openssl_verify(SSL *ssl, struct dance_roster *roster,
	struct dance_result *result)
{
	struct dance_result why = { .size = sizeof(why) };
	struct dance_openssl_peer *peer = dance_openssl_peer_new(ssl, &why);
	if (peer == NULL) {
		return dance_result_copy(result, &why) ? why.verdict : DANCE_FAIL_INTERNAL;
	}
	enum dance_verdict verdict = dance_openssl_peer_verify(peer, roster, result);
	dance_openssl_peer_free(peer);
	return verdict;
}
