/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which permitted name may this peer be? Names to judge, never a verdict on them; no DNS
 * query is made for a name before it has come through here. */

#pragma once

#include "peer.h"
#include "roster.h"

/* So many claims are found at once: the listed ones of a certificate's names, and the names
 * that have the peer's key. */
#define CLAIM_MAX (PEER_NAME_MAX + KEY_INDEX_HIT_MAX)

/* So many listed names are looked at one by one for the reason why a key is unknown. */
#define CLAIM_LISTED_MAX 64

/* Why a name is one that the peer may be. Each of the last three is tried only if none of
 * the claims before it is allowed. */
enum claim_source {
	CLAIM_CLIENT_ID,   /* the peer says so, and is nobody else (draft 8.2) */
	CLAIM_KEY,         /* its DANE-EE records hold the peer's key (RFC 7671 5.1) */
	CLAIM_CERTIFICATE, /* it is a dNSName of the certificate */
	CLAIM_LISTED, /* the peer claims nothing, and a listed name might have its key */
	CLAIM_NONE,
};

/* One name that the peer may be: a listed name, or one below a suffix. */
struct claim {
	enum claim_source source;
	struct owner *owner;             /* of a listed name, else NULL */
	const struct name *name;         /* as the peer says or bears it, else NULL */
	const struct key_index_hit *hit; /* of CLAIM_KEY */
};

/* All of them, some at a time. */
struct claims {
	const struct dance_roster *roster;
	struct peer *peer;
	const char *refusal; /* why the name in dane_clientid is no claim, or NULL */
	const char *cut;     /* why names are left out, or NULL */
	struct claim list[CLAIM_MAX];
	size_t count, at;
	enum claim_source source; /* that the list is filled from next */
	bool any;                 /* there has been a claim */
	size_t listed;            /* names of the roster taken for CLAIM_LISTED */
	size_t listed_at;         /* for roster_next_listed() */
	struct name client_id;
	struct key_index_digest keys[KEY_INDEX_KIND_COUNT];
	size_t key_count;
	struct key_index_hit hits[KEY_INDEX_HIT_MAX]; /* the newest of CLAIM_KEY */
	size_t hit_count;
	size_t by_key; /* all of them so far */
};

/* Under RCU, until the last claim is judged. Reads no certificate before it must. */
void claims_begin(struct claims *claims, const struct dance_roster *roster,
	struct peer *peer);

/* The next one, or NULL: the name in dane_clientid and no other; else the listed names whose
 * DANE-EE records hold the peer's key, at most KEY_NAME_MAX, whoever was known by it first (a name
 * in the certificate is not needed, but decides between several of them); then the certificate's
 * dNSNames, at most PEER_NAME_MAX that are permitted; and if there are none of all these, listed
 * names in the operator's order, at most CLAIM_LISTED_MAX. */
const struct claim *claims_next(struct claims *claims);
