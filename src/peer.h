/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the peer showed, taken apart as far as needed: the leaf, its SPKI, their
 * digests, the names in it. Borrows everything; owns no memory. */

#pragma once

#include "association.h"
#include "name.h"
#include "signature_memo.h"

struct peer {
	const struct dance_peer *shown;
	struct association association; /* of the leaf, or of the raw key */
	const char *failed; /* why one of its digests could not be had; NULL: all could */
	struct work work;   /* for all that is judged of it, in one decision */
	struct signature_memo signatures;
	bool names_read;
	bool readable;   /* the certificate, for its names */
	bool more_names; /* than are looked at */
	size_t name_count;
	struct peer_name {
		bool wildcard; /* the name below "*." */
		struct name name;
	} names[CERTIFICATE_NAME_MAX];
};

/* Takes what was shown. False, with a reason in *why, when there is no leaf nor a digest of one,
 * or no SPKI can be found in it. */
bool peer_import(struct peer *peer, const struct dance_peer *shown, const char **why);

/* Does the host know no more of it than digests? */
static inline bool peer_is_digests(const struct peer *peer)
{
	return peer->shown->chain_count == 0;
}

/* What a record of this selector and matching type would have to hold to match the leaf
 * (RFC 6698 2.1.2, 2.1.3): the octets as sent or their digest, hashed once. Empty when a raw
 * key is asked for its certificate, or hashing fails: `failed` then says why, and that nothing
 * was found by this digest proves nothing. */
static inline struct dance_octets peer_association(struct peer *peer,
	enum tlsa_selector selector, enum tlsa_matching matching)
{
	struct dance_octets octets;
	if (!association_get(&peer->association, selector, matching, NULL, &octets)) {
		peer->failed = ASSOCIATION_UNHASHED;
		return (struct dance_octets){ NULL, 0 };
	}
	return octets;
}

/* Does the leaf contain this name as a dNSName (RFC 7671 10.2; the common name never counts)?
 * With `wildcards`, "*" as its whole leftmost label stands for one label (RFC 9525 6.3). */
bool peer_bears_name(struct peer *peer, const struct name *name, bool wildcards);

/* Why not all the names in the leaf were looked at; NULL if they were. */
const char *peer_names_fault(struct peer *peer);

/* The leaf's dNSNames (RFC 5280 4.2.1.6) that are names we take, in their order: the first one
 * from place *at on, which is moved behind it; begin with 0. NULL after the last, and when the
 * certificate cannot be read. */
const struct name *peer_dns_name(struct peer *peer, size_t *at);
