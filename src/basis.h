/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a decision rests on: what DNS said of the roster's listed names, and of those that the
 * peer claims. Knows counts of answers (change_counts.h), and neither answers nor peers. */

#pragma once

#include "peer.h"
#include "roster.h"

/* As many names as one peer can claim. */
#define BASIS_NAMES PEER_NAME_MAX

/* Of the listed names, and of each of those. */
#define BASIS_MARKS (1 + BASIS_NAMES)

/* What stands in a struct dance_basis. */
struct basis_counts {
	uint64_t roster; /* 0: it never holds */
	uint32_t list_changes;
	bool rests_on_list;
	bool counts_answers;
	uint8_t name_count;
	struct {
		uint32_t place;
		uint32_t count;
	} names[BASIS_NAMES];
};

struct basis {
	const struct dance_roster *roster;
	struct basis_counts on; /* counts of changes: for dance_basis_holds() */
	/* Counts of answers: of the listed names, if it has them, and then of each name. A later
	 * one may change the decision. */
	struct change_mark marks[BASIS_MARKS];
	size_t mark_count;
};

/* To be called before anything is read of what is known. With `listed`, the basis has all listed
 * names of the roster. */
void basis_begin(struct basis *basis, const struct dance_roster *roster, bool listed);

/* Adds one name that the peer claims. `count` must have been read before what is known of the
 * name; NULL reads it now. With more than BASIS_NAMES names the basis never holds. */
void basis_add(struct basis *basis, const struct name *name,
	const struct change_count *count);

/* Fills in what a host gets (dance_result). */
void basis_put(const struct basis *basis, struct dance_basis *to);

/* To be called when the peer is refused because an answer did not come in time. Any answer on a
 * name that it claims then ends the basis. For a server (DANCE_SERVER) the basis never holds: an
 * answer on a listed name may be missing that only says the same again. */
void basis_await(struct basis *basis);
