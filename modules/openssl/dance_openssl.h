/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * libdance-openssl: DANE client authentication for programs that use OpenSSL for TLS (3.2 or
 * newer), with the TLS extension dane_clientid of draft-ietf-dance-client-auth and raw
 * public keys (RFC 7250), on both sides of a connection. A server:
 *
 *	dance_openssl_arm_server(ctx, NULL);
 *	...
 *	SSL_accept(ssl);
 *	verdict = dance_openssl_verify(ssl, roster, &result);
 *
 * The handshake proves keys; libdance (dance.h) decides afterwards which peers are permitted.
 */

#pragma once

#include <openssl/ssl.h>

#include "dance.h"

#ifdef __cplusplus
extern "C" {
#endif

/* IANA has assigned no number to dane_clientid yet: one for private use (RFC 8446 11). */
#define DANCE_OPENSSL_EXTENSION 0xFF42

/* All zero but the size is the default everywhere. What it points to must outlive the SSL_CTX and
 * the handshakes of all that was made of it; a connection that is through its handshake does not
 * need it any more. */
struct dance_openssl_options {
	size_t size;        /* sizeof(struct dance_openssl_options); see dance.h */
	unsigned extension; /* number of dane_clientid; 0: DANCE_OPENSSL_EXTENSION */
	const char *alpn;   /* the protocol's name ("dot"); NULL: ALPN is not touched.
	                       * A server aborts with no_application_protocol when a client
	                       * offers others only */
	bool need_alpn;     /* server: also when it offers none at all (RFC 9103 7.1) */
	bool need_name;     /* server: abort with handshake_failure when a client sends
	                       * a certificate or key but no dane_clientid (draft 8.2), with
	                       * certificate_required when it sends neither (RFC 8446 4.4.2.4) */
	/* Who is judged during the handshake. Server: may be NULL; with it, the handshake is
	 * aborted when a record matches but the name sent is not in the certificate, or its
	 * path fails (draft 8.2); everything else waits for dance_openssl_verify(), which
	 * then need not decide again.
	 * Client: who the server has to be, of role DANCE_SERVER; needed unless there is a
	 * server_key. */
	struct dance_roster *roster;
	/* Client only. */
	const char *name;        /* own TLSA owner name, sent as dane_clientid to servers
	                          * that ask; NULL: never sent */
	const char *server_name; /* owner name of the server's records
	                          * ("_853._tcp.ns1.example.com"), in the roster; needed with
	                          * one */
	const char *pkix_host;   /* where DNS proves that there are no such records, or that
	                          * they are not signed: rely on the SSL_CTX's own trust
	                          * store and this host name (RFC 5280, RFC 9525). NULL:
	                          * the handshake is aborted */
	const unsigned char *server_key; /* in the same cases, and if there is neither roster
	                                  * nor server_name: rely on this key alone, by its
	                                  * SHA-256 as in 3 1 1, DANCE_SHA256_SIZE octets.
	                                  * pkix_host does not count then */
};

/* Arms a server's SSL_CTX, once and before anything is made of it: TLS 1.3 only; no tickets,
 * session cache or early data; a certificate or raw public key is asked of every client,
 * together with dane_clientid; violations of the draft get the alert handshake_failure
 * (draft 7, 8.2, 12). Offers the server's own key as a raw public key too. `options` may be
 * NULL. False when the options are wrong or OpenSSL refuses, with its error queue telling
 * why; the SSL_CTX is of no use then. */
bool dance_openssl_arm_server(SSL_CTX *ctx, const struct dance_openssl_options *options);

/* The same for a client's SSL_CTX: TLS 1.3 only, no session kept; the server is
 * authenticated by its TLSA records (RFC 7671) before the client shows anything of its
 * own; the name is sent only when asked for (draft 8.1). With `raw_key`, the own key is
 * shown as a raw public key where the server takes one. That the server chose the protocol
 * of `alpn` is the caller's to check. */
bool dance_openssl_arm_client(SSL_CTX *ctx, const struct dance_openssl_options *options,
	bool raw_key);

/* What the peer of a connection showed and proved, copied. */
struct dance_openssl_peer;

/* After the handshake. NULL with the verdict and a sentence on it in `why`: DANCE_DENY_UNPROVEN
 * (no finished TLS 1.3 handshake, or a resumed session), DANCE_DENY_CREDENTIAL (nothing was
 * shown, or more than DANCE_CHAIN_MAX certificates), DANCE_FAIL_INTERNAL. Else `why` is
 * DANCE_UNDECIDED. */
struct dance_openssl_peer *dance_openssl_peer_new(SSL *ssl, struct dance_result *why);

/* NULL is fine. */
void dance_openssl_peer_free(struct dance_openssl_peer *peer);

/* For dance_verify(), as often as wanted. Belongs to `peer`. */
const struct dance_peer *dance_openssl_peer_shown(const struct dance_openssl_peer *peer);

/* Is the peer one of the roster? Fills `result`, returns its verdict. If the handshake was decided
 * about with the same roster, the first call returns that decision: an allow within the TTL of
 * its record; a refusal while its basis holds (dance_basis_holds()), for a minute at most, and
 * DANCE_FAIL_TIMEOUT only if the handshake waited a second for DNS. Only the first `peer` that is
 * made of a handshake has that decision. All other calls are dance_verify(), and wait as that
 * does. */
enum dance_verdict dance_openssl_peer_verify(struct dance_openssl_peer *peer,
	struct dance_roster *roster, struct dance_result *result);

/* The same question for a host that does not wait: a decision about the peer for
 * dance_decision_take() (dance.h), which begins afresh even if the handshake was decided about.
 * Free it before the peer and the roster. NULL when out of memory. */
struct dance_decision *dance_openssl_peer_decision(struct dance_openssl_peer *peer,
	struct dance_roster *roster, dance_wake *wake, void *arg);

/* Is this client, after its handshake, one of the roster? dance_openssl_peer_new(),
 * dance_openssl_peer_verify() and dance_openssl_peer_free() in one. */
enum dance_verdict dance_openssl_verify(SSL *ssl, struct dance_roster *roster,
	struct dance_result *result);

/* Client, before its handshake: the verification of the server is not to wait for DNS. As long
 * as an answer is still to come, SSL_do_handshake() then fails, SSL_get_error() being
 * SSL_ERROR_WANT_RETRY_VERIFY; it is to be called again after `wake` has been called, as for
 * dance_decision_take(), at the end of the roster's timeout_ms too. Call this after
 * SSL_set_connect_state(). SSL_free() ends the decision: it must not be called by `wake`.
 * False, with the error queue telling why, if the SSL is not of a client that
 * dance_openssl_arm_client() has armed, or out of memory. A server's handshake is never
 * suspended. One with a roster in its options decides during the handshake about clients that
 * send their name, and may wait there for DNS: let a thread that may block take the handshake
 * of such a server, or give no roster and decide after the handshake. */
bool dance_openssl_no_wait(SSL *ssl, dance_wake *wake, void *arg);

/* Client: what was decided about the server during the handshake; DANCE_UNDECIDED if it did
 * not get so far (yet), DANCE_DENY_UNPROVEN if it would have been allowed but the handshake did not
 * end. Nothing may be sent or believed unless it is DANCE_ALLOW. Fills `result` unless NULL;
 * with the verdict ALLOW and has_record false it was PKIX or server_key. */
enum dance_verdict dance_openssl_server_verdict(SSL *ssl, struct dance_result *result);

#ifdef __cplusplus
}
#endif
