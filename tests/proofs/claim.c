/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a peer that states a name in dane_clientid is that name, if it is permitted, and nobody
 *   else; any other claim is a permitted name: one whose records hold the peer's key, one of the
 *   certificate that is listed or permitted, or, if there was none of all these, a listed one;
 *   each has an owner unless it stands below a suffix, and then a name; no more are found at
 *   once than there is room for. Shown for one claim after any others.
 * Sources: none
 * Contracts: the index, the roster and the certificate's names give any answer.
 * Assumes: PEER_NAME_MAX, KEY_INDEX_HIT_MAX and CLAIM_LISTED_MAX are redefined as 2, and
 *   certificate and roster have up to 3 names.
 * Unwind: 6
 * Limit: 60 s */

#include "peer_limits.h"

#undef PEER_NAME_MAX
#define PEER_NAME_MAX 2

#include "key_index.h"

#undef KEY_INDEX_HIT_MAX
#define KEY_INDEX_HIT_MAX 2

#include "claim.h"

#undef CLAIM_LISTED_MAX
#define CLAIM_LISTED_MAX 2

#include "../src/claim.c"

#include "proof.h"

#define NAMES 3

static char ids[NAMES + 1];
static struct name names[NAMES]; /* of the certificate */
static bool permitted[NAMES], below_suffix[NAMES], is_listed[NAMES], client_permitted,
	client_below;
static struct dance_roster roster;
static struct peer peer;
static struct dance_peer shown;
static struct claims claims;

static struct owner *owner_at(size_t i)
{
	return (struct owner *)&ids[i];
}

static size_t place_of(const struct name *name)
{
	size_t place = (size_t)(name - names);
	must(place < NAMES, "it is a name of the certificate");
	return place;
}

bool name_from_text(struct name *name, const char *text, size_t size, const char **why)
{
	must(name == &claims.client_id && text == shown.client_id, "it is the peer's");
	*why = nondet_bool() ? "a reason" : NULL;
	return *why == NULL;
}

bool roster_permits(const struct dance_roster *of, const struct name *name,
	struct owner **owner)
{
	bool client = name == &claims.client_id;
	bool is = client ? client_permitted : permitted[place_of(name)];
	bool below = client ? client_below : below_suffix[place_of(name)];
	*owner = is && !below ? owner_at(client ? NAMES : place_of(name)) : NULL;
	return is;
}

bool key_index_has(const struct key_index *index, enum key_index_kind kind)
{
	return nondet_bool();
}

bool association_hash(struct association *of, enum tlsa_selector selector,
	enum tlsa_matching matching, struct work *work)
{
	return nondet_bool();
}

struct owner *key_index_find_name(const struct key_index *index, const struct name *name)
{
	size_t place = place_of(name);
	return is_listed[place] ? owner_at(place) : NULL;
}

size_t key_index_find(const struct key_index *index, const struct key_index_digest *keys,
	size_t count, const struct key_index_hit *after,
	struct key_index_hit hits[KEY_INDEX_HIT_MAX])
{
	must(keys == claims.keys && hits == claims.hits, "by the peer's keys");
	must(can_write(hits, KEY_INDEX_HIT_MAX * sizeof(*hits)), "there is room");
	for (size_t i = 0; i < KEY_INDEX_HIT_MAX; i++) {
		hits[i].owner = owner_at(i % NAMES);
	}
	return any_size(KEY_INDEX_HIT_MAX);
}

const struct name *peer_dns_name(struct peer *of, size_t *at)
{
	must(shown.client_id == NULL, "a peer that states a name is nobody else");
	return *at < NAMES && nondet_bool() ? &names[(*at)++] : NULL;
}

struct owner *roster_next_listed(const struct dance_roster *of, size_t *at)
{
	must(!claims.any || claims.listed > 0, "nothing was claimed");
	return *at < NAMES ? owner_at((*at)++) : NULL;
}

static void judge(const struct claim *claim)
{
	switch (claim->source) {
	case CLAIM_CLIENT_ID:
		must(shown.client_id != NULL && client_permitted, "the peer says so");
		must(claim->name == &claims.client_id &&
				(claim->owner == NULL) == client_below,
			"and it is permitted");
		break;
	case CLAIM_KEY:
		must(claim->hit >= claims.hits &&
				claim->hit < claims.hits + claims.hit_count &&
				claim->owner == claim->hit->owner && claim->owner != NULL,
			"its records hold the key");
		break;
	case CLAIM_CERTIFICATE:
		must(claim->owner != NULL ||
				(permitted[place_of(claim->name)] &&
					below_suffix[place_of(claim->name)]),
			"it is permitted");
		must(permitted[place_of(claim->name)] || is_listed[place_of(claim->name)],
			"it is permitted or listed");
		break;
	case CLAIM_LISTED:
		must(claim->owner != NULL && claim->name == NULL, "it is listed");
		break;
	case CLAIM_NONE:
		must(false, "a claim has a source");
	}
	must(shown.client_id == NULL || claim->source == CLAIM_CLIENT_ID,
		"who states a name is nobody else");
}

void harness(void)
{
	peer.shown = &shown;
	shown.client_id = nondet_bool() ? ids : NULL;
	any_octets(permitted);
	any_octets(below_suffix);
	any_octets(is_listed);
	client_permitted = nondet_bool();
	client_below = nondet_bool();
	claims_begin(&claims, &roster, &peer);
	must(claims.key_count <= KEY_INDEX_KIND_COUNT, "its keys have room");
	must(shown.client_id == NULL || claims.source == CLAIM_CLIENT_ID,
		"a name that is stated comes first");
	if (nondet_bool()) {
		/* Any claims before. */
		claims.any = nondet_bool();
		claims.source = (enum claim_source)nondet_unsigned();
		assume(shown.client_id == NULL ? claims.source > CLAIM_CLIENT_ID :
						 claims.source == CLAIM_NONE);
		assume((unsigned)claims.source <= CLAIM_NONE);
		claims.by_key = any_size(KEY_NAME_MAX - 1);
		claims.hit_count = claims.by_key > 0 && claims.source == CLAIM_KEY ?
			KEY_INDEX_HIT_MAX :
			0;
		claims.listed = claims.source == CLAIM_LISTED && claims.any ? 1 : 0;
		claims.listed_at = claims.listed;
		assume(claims.source != CLAIM_LISTED || !claims.any || claims.listed > 0);
	}
	const struct claim *claim = claims_next(&claims);
	must(claims.count <= CLAIM_MAX && claims.at <= claims.count,
		"there is room for all");
	must(claims.listed <= CLAIM_LISTED_MAX, "listed names have an end");
	if (claim != NULL) {
		must(claim == &claims.list[0], "the first comes first");
		size_t at = any_size(CLAIM_MAX - 1);
		if (at < claims.count) {
			judge(&claims.list[at]);
		}
		must(claims.any, "there was a claim");
		must(claims.count <= PEER_NAME_MAX ||
				claims.list[PEER_NAME_MAX].source != CLAIM_CERTIFICATE,
			"names of the certificate have an end");
	} else {
		must(claims.source == CLAIM_NONE, "there are no more");
	}
	end_of_proof();
}
