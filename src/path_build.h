/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Usages 0, 1 and 2: is there a valid path from the leaf to what the record names? Builds
 * the paths and has them judged. Knows no DNS. */

#pragma once

#include "peer.h"
#include "tlsa.h"

enum path_outcome {
	PATH_UNKNOWN = 0, /* it could not be found out: memory or a library failed */
	PATH_NONE,        /* the record is of nothing that the peer showed */
	PATH_BROKEN,      /* it is, but the path to it is not valid */
	PATH_PROVED,
};

struct path_search;

/* The peer's certificates and those in records of the set that have these usages (bits),
 * read once for all records. `name` is the name that the leaf must contain; NULL proves nothing.
 * Borrows all of them. NULL when out of memory. */
struct path_search *path_search_new(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, unsigned usages, const struct dance_options *options);

/* NULL is fine. */
void path_search_free(struct path_search *search);

/* Does this record of usage 0 or 2 prove the leaf (RFC 7671 5.2, 5.4), or for usage 1, the
 * record matching the leaf already, does a path to the trusted CAs (RFC 7671 5.3)? *why is
 * set if PATH_UNKNOWN or PATH_BROKEN. */
enum path_outcome path_find(struct path_search *search, const struct dance_tlsa *record,
	const char **why);
