/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a peer shows. Input: an octet that is odd for a raw key, then certificates to the
 * end. What it is hashed to is what was sent; every name read from it, it bears. */

#include "peer.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "input.h"
#include "target.h"

#define COUNT_MAX (DANCE_CHAIN_MAX + 4)

static bool is_same(struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static void check_digest(struct peer *peer, enum tlsa_selector selector,
	enum tlsa_matching matching, gnutls_digest_algorithm_t algorithm, size_t size)
{
	struct dance_octets whole = peer_association(peer, selector, TLSA_FULL);
	struct dance_octets shown = peer_association(peer, selector, matching);
	unsigned char digest[TLSA_SHA512_SIZE];
	if (whole.data == NULL) {
		must(peer->shown->raw_key && selector == TLSA_CERTIFICATE);
		must(shown.data == NULL);
		return;
	}
	must(gnutls_hash_fast(algorithm, whole.data, whole.size, digest) == 0);
	must(is_same(shown, (struct dance_octets){ digest, size }));
	must(is_same(shown, peer_association(peer, selector, matching)));
}

static void check(struct peer *peer)
{
	const struct dance_peer *shown = peer->shown;
	must(is_same(shown->chain[0],
		peer_association(peer, shown->raw_key ? TLSA_SPKI : TLSA_CERTIFICATE,
			TLSA_FULL)));
	for (int selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		check_digest(peer, selector, TLSA_SHA256, GNUTLS_DIG_SHA256,
			TLSA_SHA256_SIZE);
		check_digest(peer, selector, TLSA_SHA512, GNUTLS_DIG_SHA512,
			TLSA_SHA512_SIZE);
	}
	const struct name *name;
	size_t at = 0, count = 0;
	while ((name = peer_dns_name(peer, &at)) != NULL) {
		must(!shown->raw_key);
		must(peer_bears_name(peer, name, false));
		must(peer_bears_name(peer, name, true));
		count++;
	}
	must(count <= at && at <= CERTIFICATE_NAME_MAX);
	must(peer_dns_name(peer, &at) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_octets chain[COUNT_MAX];
	struct dance_peer shown = { .size = sizeof(shown), .chain = chain };
	shown.raw_key = input_octet(&input) & 1;
	while (input.size > 0 && shown.chain_count < COUNT_MAX) {
		chain[shown.chain_count++] = input_octets(&input);
	}

	struct peer peer;
	const char *why = NULL;
	if (peer_import(&peer, &shown, &why)) {
		check(&peer);
	} else {
		must(why != NULL && *why != '\0');
	}
	input_end(&input);
	return 0;
}
