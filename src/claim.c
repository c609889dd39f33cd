/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which permitted name may this peer be? */

#include "claim.h"

#include "verdict.h"

struct search {
	const struct dance_roster *roster;
	struct peer *peer;
	claim_each each;
	void *arg;
	bool ended;
	const char **cut;
	unsigned names, listed_names; /* of the certificate, tried so far */
};

static bool take(struct search *search, const struct claim *claim)
{
	search->ended = !search->each(search->arg, claim);
	return !search->ended;
}

static bool take_name(void *arg, const struct name *name)
{
	struct search *search = arg;
	struct identity *identity;
	if (!roster_permits(search->roster, name, &identity)) {
		return true;
	}
	if (search->names++ == PEER_NAME_MAX) {
		*search->cut = "only the first " PEER_NAME_MAX_TEXT
			       " permitted names of the certificate were tried";
		return false;
	}
	return take(search, &(struct claim){ identity, name, NULL });
}

static bool take_listed_name(void *arg, const struct name *name)
{
	struct search *search = arg;
	struct identity *identity = index_find_name(search->roster->index, name);
	if (identity == NULL) {
		return true;
	}
	return take(search, &(struct claim){ identity, NULL, NULL }) &&
		++search->listed_names < PEER_NAME_MAX;
}

/* What the records of names with the peer's key may be entered under; only the digests that
 * somebody's are. */
static size_t keys_of(const struct index *index, struct peer *peer,
	struct index_key keys[INDEX_KIND_COUNT])
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
	size_t count = 0;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!index_has(index, ways[i].kind)) {
			continue;
		}
		struct dance_octets digest = peer_association(peer, ways[i].selector,
			ways[i].matching);
		if (digest.data != NULL) {
			keys[count++] = (struct index_key){ ways[i].kind, digest };
		}
	}
	return count;
}

/* Usually one name has this key. Where several do, somebody may have published a key that
 * is not his, to have its owner taken for him: then the listed ones of the certificate's
 * names come first. A roster lists as many names with this key as its operator wrote down;
 * no peer can make this search longer. */
static void search_by_key(struct search *search, struct peer *peer)
{
	const struct index *index = search->roster->index;
	struct index_key keys[INDEX_KIND_COUNT];
	struct index_hit hits[INDEX_HIT_MAX], last;
	size_t key_count = keys_of(index, peer, keys);
	size_t count = index_find(index, keys, key_count, NULL, hits);
	if (count > 1) {
		(void)peer_dns_names(peer, take_listed_name, search);
	}
	while (count > 0 && !search->ended) {
		for (size_t i = 0; i < count && !search->ended; i++) {
			(void)take(search,
				&(struct claim){ hits[i].identity, NULL, &hits[i] });
		}
		last = hits[count - 1];
		count = count < INDEX_HIT_MAX ?
			0 :
			index_find(index, keys, key_count, &last, hits);
	}
}

bool claim_names(const struct dance_roster *roster, struct peer *peer, claim_each each,
	void *arg, const char **cut, const char **why)
{
	struct search search = {
		.roster = roster, .peer = peer, .each = each, .arg = arg, .cut = cut
	};
	*cut = NULL;
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
		(void)each(arg, &(struct claim){ identity, &name, NULL });
		return true;
	}

	search_by_key(&search, peer);
	if (!search.ended) {
		(void)peer_dns_names(peer, take_name, &search);
	}
	if (*cut == NULL && search.names > 0 && peer->more_names) {
		*cut = "only the first " CERTIFICATE_NAME_MAX_TEXT
		       " alternative names of the certificate were read";
	}
	return true;
}
