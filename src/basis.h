/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a decision rests on: what DNS said of the roster's listed names, and of those that the
 * peer claims. Knows counts of answers (changes.h), and neither answers nor peers. */

#pragma once

#include "roster.h"

struct basis {
	const struct dance_roster *roster;
	struct dance_basis on;      /* counts of changes: for dance_basis_holds() */
	uint32_t listed_answers;    /* counts of answers: for basis_is_answered() */
	uint32_t answers[DANCE_BASIS_NAMES];
};

/* Before anything that is known is read. With `listed`, all listed names of the roster are
 * part of the basis. */
void basis_begin(struct basis *basis, const struct dance_roster *roster, bool listed);

/* Adds one name that the peer claims, with its count of before what is known of it is read;
 * NULL: that is now. One too many makes a basis that never holds. */
void basis_add(struct basis *basis, const struct name *name, const struct change_count *count);

/* Writes down what a host gets. */
void basis_put(const struct basis *basis, struct dance_basis *to);

/* Has an answer come on a name of the basis since? */
bool basis_is_answered(const struct basis *basis);

/* The peer is refused because an answer did not come in time: on what it claims, each answer
 * is something new then. Of a server (DANCE_SERVER) the basis never holds, since an answer on
 * a listed name may be wanted that only says the same again. */
void basis_await(struct basis *basis);
