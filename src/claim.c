/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which permitted name may this peer be? */

#include "claim.h"

struct search {
	const struct dance_roster *roster;
	struct peer *peer;
	claim_each each;
	void *arg;
	bool ended;
	unsigned names, listed_names; /* of the certificate, tried so far */
};

static bool take_identity(void *arg, struct identity *identity)
{
	struct search *search = arg;
	search->ended = !search->each(search->arg, identity, NULL);
	return !search->ended;
}

struct hits {
	struct identity *first;
	unsigned count; /* up to 2 */
};

static bool take_hit(void *arg, struct identity *identity)
{
	struct hits *hits = arg;
	if (hits->count++ == 0) {
		hits->first = identity;
	}
	return hits->count < 2;
}

static bool take_name(void *arg, const struct name *name)
{
	struct search *search = arg;
	struct identity *identity;
	if (!roster_permits(search->roster, name, &identity)) {
		return true;
	}
	search->ended = !search->each(search->arg, identity, name);
	return !search->ended && ++search->names < PEER_NAME_MAX;
}

static bool take_listed_name(void *arg, const struct name *name)
{
	struct search *search = arg;
	struct identity *identity = index_find_name(search->roster->index, name);
	if (identity == NULL) {
		return true;
	}
	search->ended = !search->each(search->arg, identity, name);
	return !search->ended && ++search->listed_names < PEER_NAME_MAX;
}

/* Usually one name has this key. Where several do, somebody may have published a key that
 * is not his, to have its owner taken for him: then the listed ones of the certificate's
 * names come first. */
static void search_by_digest(struct search *search, enum index_kind kind,
	struct dance_octets digest)
{
	const struct index *index = search->roster->index;
	struct hits hits = { 0 };
	index_find(index, kind, digest, take_hit, &hits);
	if (hits.count == 1) {
		(void)take_identity(search, hits.first);
	} else if (hits.count > 1) {
		(void)peer_dns_names(search->peer, take_listed_name, search);
		if (!search->ended) {
			index_find(index, kind, digest, take_identity, search);
		}
	}
}

/* A roster lists as many names with this key as its operator wrote down; no peer can make
 * this search longer. */
static void search_by_key(struct search *search, struct peer *peer)
{
	static const struct {
		enum index_kind kind;
		enum tlsa_selector selector;
		enum tlsa_matching matching;
	} ways[] = {
		{ INDEX_SPKI_SHA256, TLSA_SPKI, TLSA_SHA256 },
		{ INDEX_SPKI_SHA512, TLSA_SPKI, TLSA_SHA512 },
		{ INDEX_CERTIFICATE_SHA256, TLSA_CERTIFICATE, TLSA_SHA256 },
		{ INDEX_CERTIFICATE_SHA512, TLSA_CERTIFICATE, TLSA_SHA512 },
	};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && !search->ended; i++) {
		if (!index_has(search->roster->index, ways[i].kind)) {
			continue;
		}
		struct dance_octets digest =
			peer_association(peer, ways[i].selector, ways[i].matching);
		if (digest.data != NULL) {
			search_by_digest(search, ways[i].kind, digest);
		}
	}
}

bool claim_names(const struct dance_roster *roster, struct peer *peer, claim_each each,
	void *arg, const char **why)
{
	struct search search = { .roster = roster, .peer = peer, .each = each, .arg = arg };
	if (peer->shown->client_id != NULL) {
		struct name name;
		struct identity *identity;
		if (!name_from_text(&name, peer->shown->client_id,
			peer->shown->client_id_size, why)) {
			return false;
		}
		if (!roster_permits(roster, &name, &identity)) {
			*why = "the name in dane_clientid is not permitted";
			return false;
		}
		(void)each(arg, identity, &name);
		return true;
	}

	search_by_key(&search, peer);
	if (!search.ended) {
		(void)peer_dns_names(peer, take_name, &search);
	}
	return true;
}
