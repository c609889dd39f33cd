/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a peer showed. OpenSSL does not keep the octets of the Certificate message, so these
 * are encoded again, and RFC 6698 2.1.2 wants them as sent. What comes of that:
 * - A certificate: OpenSSL keeps the octets of its signed part, with the SPKI in it, and
 *   gives them back untouched. Only what is around that is written anew, as DER: a
 *   certificate that was sent in DER, as RFC 5280 4.1 demands, comes out as it was sent;
 *   one that was not does not match a record of its odd octets (3 0 x, 2 0 x).
 * - A raw public key is written anew from the key itself. One whose SPKI was not the usual
 *   one (RSA-PSS parameters or a curve written out in another way) may come out otherwise
 *   and then does not match its record.
 * Both fail closed. Nothing can match in their stead: it is the very key whose proof was
 * checked that is encoded, and what another key is encoded to is not the same. */

#include "shown.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

static const char nothing[] = "the peer showed no certificate or key";
static const char too_much[] = "more than " TEXT(DANCE_CHAIN_MAX) " certificates were shown";

/* For so many of them. */
static bool make_room(struct shown *shown, size_t count)
{
	shown->chain = OPENSSL_zalloc(count * sizeof(*shown->chain));
	shown->der = OPENSSL_zalloc(count * sizeof(*shown->der));
	return shown->chain != NULL && shown->der != NULL;
}

static bool keep(struct shown *shown, unsigned char *der, int size)
{
	if (size <= 0) {
		return false;
	}
	size_t at = shown->peer.chain_count++;
	shown->der[at] = der;
	shown->chain[at] = (struct dance_octets){ der, (size_t)size };
	shown->peer.chain = shown->chain;
	return true;
}

static bool keep_certificate(struct shown *shown, const X509 *certificate)
{
	unsigned char *der = NULL;
	int size = i2d_X509(certificate, &der);
	return keep(shown, der, size);
}

enum dance_verdict shown_take_chain(struct shown *shown, const X509 *leaf,
	const STACK_OF(X509) * chain)
{
	int count = chain != NULL ? sk_X509_num(chain) : 0;
	int most = leaf != NULL ? DANCE_CHAIN_MAX - 1 : DANCE_CHAIN_MAX;
	if ((leaf == NULL && count <= 0) || count > most) {
		shown->why = count > most ? too_much : nothing;
		return DANCE_DENY_CREDENTIAL;
	}
	if (!make_room(shown, (size_t)count + (leaf != NULL ? 1 : 0)) ||
		(leaf != NULL && !keep_certificate(shown, leaf))) {
		return DANCE_FAIL_INTERNAL;
	}
	for (int i = 0; i < count; i++) {
		if (!keep_certificate(shown, sk_X509_value(chain, i))) {
			return DANCE_FAIL_INTERNAL;
		}
	}
	return DANCE_UNDECIDED;
}

enum dance_verdict shown_take_key(struct shown *shown, const EVP_PKEY *key)
{
	unsigned char *der = NULL;
	if (key == NULL) {
		shown->why = nothing;
		return DANCE_DENY_CREDENTIAL;
	}
	shown->peer.raw_key = true;
	if (!make_room(shown, 1)) {
		return DANCE_FAIL_INTERNAL;
	}
	int size = i2d_PUBKEY(key, &der);
	return keep(shown, der, size) ? DANCE_UNDECIDED : DANCE_FAIL_INTERNAL;
}

enum dance_verdict shown_take_asked(struct shown *shown, const X509_STORE_CTX *asked)
{
	const EVP_PKEY *key = X509_STORE_CTX_get0_rpk(asked);
	if (key != NULL) {
		return shown_take_key(shown, key);
	}
	/* As it was sent, with the leaf. */
	return shown_take_chain(shown, NULL, X509_STORE_CTX_get0_untrusted(asked));
}

void shown_clear(struct shown *shown)
{
	for (size_t i = 0; i < shown->peer.chain_count; i++) {
		OPENSSL_free(shown->der[i]);
	}
	OPENSSL_free(shown->chain);
	OPENSSL_free(shown->der);
	*shown = (struct shown){ 0 };
}
