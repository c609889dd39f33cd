/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which permitted name may this peer be? A short list, filled from one source after the other
 * as the caller asks for more. */

#include "claim.h"

#include "verdict.h"

/* What the records of names with the peer's key may be entered under; only digests under
 * which something is entered. */
static size_t keys_of(const struct key_index *index, struct peer *peer,
	struct key_index_digest keys[KEY_INDEX_KIND_COUNT])
{
	static const struct {
		enum key_index_kind kind;
		enum tlsa_selector selector;
		enum tlsa_matching matching;
	} ways[] = {
		{ KEY_INDEX_SPKI_SHA256, TLSA_SPKI, TLSA_SHA256 },
		{ KEY_INDEX_SPKI_SHA512, TLSA_SPKI, TLSA_SHA512 },
		{ KEY_INDEX_CERTIFICATE_SHA256, TLSA_CERTIFICATE, TLSA_SHA256 },
		{ KEY_INDEX_CERTIFICATE_SHA512, TLSA_CERTIFICATE, TLSA_SHA512 },
	};
	size_t count = 0;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!key_index_has(index, ways[i].kind)) {
			continue;
		}
		struct dance_octets digest = peer_association(peer, ways[i].selector,
			ways[i].matching);
		if (digest.data != NULL) {
			keys[count++] = (struct key_index_digest){ ways[i].kind, digest };
		}
	}
	return count;
}

void claims_begin(struct claims *claims, const struct dance_roster *roster,
	struct peer *peer)
{
	claims->roster = roster;
	claims->peer = peer;
	claims->refusal = claims->cut = NULL;
	claims->count = claims->at = 0;
	claims->any = false;
	claims->listed = claims->listed_at = 0;
	claims->hit_count = claims->by_key = 0;
	if (peer->shown->client_id != NULL) {
		claims->source = CLAIM_CLIENT_ID;
	} else {
		claims->source = CLAIM_KEY;
		claims->key_count = keys_of(roster->index, peer, claims->keys);
	}
}

static void add(struct claims *claims, struct claim claim)
{
	claims->list[claims->count++] = claim;
	claims->any = true;
}

static void take_client_id(struct claims *claims)
{
	const struct dance_peer *shown = claims->peer->shown;
	struct owner *owner;
	claims->source = CLAIM_NONE;
	if (!name_from_text(&claims->client_id, shown->client_id, shown->client_id_size,
		    &claims->refusal)) {
		return;
	}
	if (!roster_permits(claims->roster, &claims->client_id, &owner)) {
		claims->refusal = "the name in dane_clientid is not permitted";
		return;
	}
	add(claims,
		(struct claim){ .source = CLAIM_CLIENT_ID,
			.owner = owner,
			.name = &claims->client_id });
}

/* Names of the certificate that are listed themselves. */
static void take_listed_of_certificate(struct claims *claims)
{
	const struct name *name;
	size_t at = 0;
	while (claims->count < PEER_NAME_MAX &&
		(name = peer_dns_name(claims->peer, &at)) != NULL) {
		struct owner *owner = key_index_find_name(claims->roster->index, name);
		if (owner != NULL) {
			add(claims,
				(struct claim){ .source = CLAIM_CERTIFICATE,
					.owner = owner,
					.name = name });
		}
	}
}

/* Usually one name has this key. Where several do, one of them may have published the key of
 * another, which would then be taken for it: so the listed ones of the certificate's names
 * come first. A roster may list very many names with this key, which have their turns. */
static void take_by_key(struct claims *claims)
{
	const struct key_index_hit *after = NULL;
	struct key_index_hit last;
	if (claims->hit_count > 0) {
		last = claims->hits[claims->hit_count - 1];
		after = &last;
	}
	claims->hit_count = key_index_find(claims->roster->index, claims->keys,
		claims->key_count, after, claims->hits);
	if (after == NULL && claims->hit_count > 1) {
		take_listed_of_certificate(claims);
	}
	for (size_t i = 0; i < claims->hit_count; i++) {
		add(claims,
			(struct claim){ .source = CLAIM_KEY,
				.owner = claims->hits[i].owner,
				.hit = &claims->hits[i] });
	}
	claims->by_key += claims->hit_count;
	if (claims->hit_count < KEY_INDEX_HIT_MAX) {
		claims->source = CLAIM_CERTIFICATE;
	} else if (claims->by_key >= KEY_NAME_MAX) {
		claims->cut = "only the first " KEY_NAME_MAX_TEXT
			      " permitted names with this key were tried";
		claims->source = CLAIM_CERTIFICATE;
	}
}

static void take_of_certificate(struct claims *claims)
{
	const struct name *name;
	size_t at = 0;
	while ((name = peer_dns_name(claims->peer, &at)) != NULL) {
		struct owner *owner;
		if (!roster_permits(claims->roster, name, &owner)) {
			continue;
		}
		if (claims->count == PEER_NAME_MAX) {
			claims->cut = "only the first " PEER_NAME_MAX_TEXT
				      " permitted names of the certificate were tried";
			break;
		}
		add(claims,
			(struct claim){
				.source = CLAIM_CERTIFICATE, .owner = owner, .name = name });
	}
	if (claims->count > 0 && claims->cut == NULL && claims->peer->more_names) {
		claims->cut = "only the first " CERTIFICATE_NAME_MAX_TEXT
			      " alternative names of the certificate were read";
	}
	claims->source = claims->any ? CLAIM_NONE : CLAIM_LISTED;
}

static void take_listed(struct claims *claims)
{
	struct owner *owner = NULL;
	while (claims->listed < CLAIM_LISTED_MAX && claims->count < CLAIM_MAX &&
		(owner = roster_next_listed(claims->roster, &claims->listed_at)) != NULL) {
		claims->listed++;
		add(claims, (struct claim){ .source = CLAIM_LISTED, .owner = owner });
	}
	if (owner == NULL || claims->listed == CLAIM_LISTED_MAX) {
		claims->source = CLAIM_NONE;
	}
}

const struct claim *claims_next(struct claims *claims)
{
	while (claims->at == claims->count) {
		claims->at = claims->count = 0;
		switch (claims->source) {
		case CLAIM_CLIENT_ID:
			take_client_id(claims);
			break;
		case CLAIM_KEY:
			take_by_key(claims);
			break;
		case CLAIM_CERTIFICATE:
			take_of_certificate(claims);
			break;
		case CLAIM_LISTED:
			take_listed(claims);
			break;
		case CLAIM_NONE:
			return NULL;
		}
	}
	return &claims->list[claims->at++];
}
