/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a record proves the peer only if a search found a path that began with the leaf alone,
 *   and the leaf contains the name that has to be in it: the owner name for a client, for a
 *   server the host's, where a wildcard counts; without a name, without a certificate that can
 *   be read, and where the work was spent before, nothing is proved; where something failed and
 *   the leaf can be read, nothing is denied.
 * Sources: none
 * Contracts: climb() finds any, and may spend the work and fail; path_candidates.c has any
 *   certificates; peer_bears_name() gives any answer; name_to_host() gives another name.
 * Assumes: nothing.
 * Unwind: 3
 * Edit: src/path_build.c 's/^static bool climb(\(struct path_search \*search\))$/static
 *   bool climb_itself\1/'
 * Limit: 60 s */

#include "../src/path_build.c"

#include "proof.h"

static struct peer peer;
static struct name owner, host;
static struct certificate leaf;
static struct dance_tlsa record;
static bool has_name, server, bears, found;

static bool climb(struct path_search *search)
{
	must(search->path.length == 1 && search->path.certificates[0] == &leaf,
		"a path begins with the leaf");
	must(search->record == &record && !search->met && !search->cut &&
			search->why == NULL,
		"and anew for each record");
	must(search->unnamed == NULL && has_name && bears, "with the name in it");
	must(!peer.work.spent, "there is work left");
	must(search->purpose == (server ? PURPOSE_SERVER : PURPOSE_CLIENT),
		"it is for what the peer is");
	peer.work.spent = nondet_bool();
	peer.work.failed = nondet_bool() ? "failed" : NULL;
	search->met = nondet_bool();
	search->cut = nondet_bool();
	search->why = nondet_bool() ? "why" : NULL;
	found = nondet_bool();
	return found;
}

bool peer_bears_name(struct peer *of, const struct name *name, bool wildcards)
{
	must(of == &peer && name->size == (server ? host.size : owner.size),
		"a server is asked for its host, a client for its own name");
	must(wildcards == server, "a wildcard is for servers");
	return bears;
}

const char *peer_names_fault(struct peer *of)
{
	return nondet_bool() ? "names" : NULL;
}

void name_to_host(const struct name *name, struct name *to)
{
	must(name == &owner, "it is the owner's");
	to->size = host.size;
}

bool path_candidates_gather(struct path_candidates *candidates, struct peer *of,
	const struct tlsa_set *set, unsigned usages, const struct dance_trust *trust,
	bool read)
{
	must(read == (has_name && bears), "they are read where there will be a search");
	candidates->count = any_size(2);
	return nondet_bool();
}

void path_candidates_clear(struct path_candidates *candidates)
{
}

struct certificate *path_candidates_leaf(const struct path_candidates *candidates,
	enum tlsa_usage usage)
{
	must(usage == (enum tlsa_usage)record.usage, "the leaf is that for this usage");
	must(candidates->count > 0, "there is one");
	return &leaf;
}

bool path_candidates_hold(const struct path_candidates *candidates,
	const struct dance_tlsa *of, struct work *work)
{
	work->failed = work->failed != NULL || nondet_bool() ? "failed" : NULL;
	return nondet_bool();
}

void association_of_key(struct association *of, struct dance_octets spki)
{
	must(spki.data == record.data && spki.size == record.size,
		"the key is the record's");
}

void harness(void)
{
	has_name = nondet_bool();
	server = nondet_bool();
	bears = nondet_bool();
	owner.size = 3;
	host.size = 2;
	record.usage = nondet_uint8();
	record.matching = nondet_uint8();
	assume(record.usage <= TLSA_DANE_TA);
	struct dance_options options = { .role = server ? DANCE_SERVER : DANCE_CLIENT,
		.at = 1 };
	struct path_search *search = path_search_new(&peer, has_name ? &owner : NULL, NULL,
		7, &options);
	if (search == NULL) {
		return;
	}
	/* Of a search for another record. */
	search->met = nondet_bool();
	search->cut = nondet_bool();
	search->why = nondet_bool() ? "why" : NULL;
	bool spent = peer.work.spent = nondet_bool();
	peer.work.failed = nondet_bool() ? "failed" : NULL;
	const char *why = NULL;
	enum path_outcome outcome = path_find(search, &record, &why);
	must((outcome == PATH_PROVED) == found, "proved only by a path");
	must(!found || (has_name && bears && !spent && search->candidates.count > 0),
		"with the name, a certificate and work left");
	must(outcome == PATH_PROVED || outcome == PATH_UNKNOWN ||
			peer.work.failed == NULL || search->candidates.count == 0,
		"where something failed, nothing is denied");
	must(outcome == PATH_PROVED || outcome == PATH_NONE || why != NULL,
		"a reason is there");
	path_search_free(search);
	assume(found);
	end_of_proof();
}
