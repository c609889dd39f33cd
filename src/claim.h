/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which permitted name may this peer be? Names to judge, never a verdict on them; no DNS
 * query is made for a name before it has come through here. */

#pragma once

#include "peer.h"
#include "roster.h"

/* One name that the peer may be: an exact name, or one below a suffix. */
struct claim {
	struct identity *identity;   /* of an exact name, else NULL */
	const struct name *name;     /* of one that the peer bears or says */
	const struct index_hit *hit; /* if it is nothing but the key that tells so */
};

/* Takes one of them. False ends the search. */
typedef bool (*claim_each)(void *arg, const struct claim *claim);

/* Goes through them: the name in dane_clientid and no other (draft 8.2); else the exact
 * names whose DANE-EE records hold the peer's key, whoever was known by it first (a name in
 * the certificate is not needed, RFC 7671 5.1, but decides between several of them); else
 * the certificate's dNSNames, at most PEER_NAME_MAX that are permitted; *cut tells which
 * bound kept others from being tried, or is NULL. False, with a reason in *why, when
 * dane_clientid is not permitted or not a name. Under RCU. */
bool claim_names(const struct dance_roster *roster, struct peer *peer, claim_each each,
	void *arg, const char **cut, const char **why);
