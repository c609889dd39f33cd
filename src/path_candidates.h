/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The certificates that paths for the records of one name may be built of: what the peer sent, what
 * only DNS holds and, for PKIX, what the operator trusts. Knows which of them are for which
 * usage; knows no paths. */

#pragma once

#include "certificate.h"
#include "peer.h"

/* To be zero at first. */
struct path_candidates {
	struct certificate *certificates; /* the leaf, what else was sent, what DNS holds */
	size_t count;                     /* 0: the leaf cannot be read */
	size_t sent_count;                /* of them, the leaf and what else was sent */
	const struct dance_trust *trust;  /* NULL: no PKIX */
	struct certificate *trusted_leaf; /* the trusted one that is the leaf; NULL: none is */
	bool unread;                      /* one of them is too large or cannot be read */
};

/* Gathers them, from the peer and from the records of these usages (bits); borrows all. Each is
 * read once, unless `read` is false: then records can be compared with them, and no more. False
 * when out of memory. */
bool path_candidates_gather(struct path_candidates *candidates, struct peer *peer,
	const struct tlsa_set *set, unsigned usages, const struct dance_trust *trust,
	bool read);

void path_candidates_clear(struct path_candidates *candidates);

/* How many there are, the trusted ones included. */
size_t path_candidates_count(const struct path_candidates *candidates);

/* The leaf as a path of this usage begins with it: for PKIX the trusted root that it is, if it is
 * one, since there may be nothing above that. */
struct certificate *path_candidates_leaf(const struct path_candidates *candidates,
	enum tlsa_usage usage);

/* One after the other of those that may stand above the leaf in a path of this usage, the trusted
 * ones first: the shortest way to a root. *at is 0 at first. NULL at the end. */
struct certificate *path_candidates_next(const struct path_candidates *candidates,
	enum tlsa_usage usage, size_t *at);

/* Is the record, of usage 0 or 2, of one that was sent above the leaf, or for usage 0 of a trusted
 * one? */
bool path_candidates_hold(const struct path_candidates *candidates,
	const struct dance_tlsa *record, struct work *work);
