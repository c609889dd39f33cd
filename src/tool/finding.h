/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance check finds out, and how it is told: to people or to programs. */

#pragma once

#include <stdio.h>

#include "forecast.h"
#include "judgement.h"
#include "lookup.h"
#include "standing.h"

struct finding {
	const char *name;
	struct lookup lookup;
	int64_t expires; /* when the answer may no longer be used, seconds since 1970 */
	bool cached;     /* the TTL may have been counted down by a resolver */
	struct standing *standings; /* owned, one for each record */
	size_t usable;
	size_t others; /* usable records that do not match the chain that was judged */
	bool judged;   /* a chain was, and by records */
	bool asked;    /* there was a chain to judge */
	struct judgement judgement;
	const char *unfit; /* why TLS may reject what was judged; NULL: nothing is known */
	const struct forecast *forecast; /* NULL: not asked for, or nothing is well */
	enum dance_verdict verdict; /* of the chain; without one: ALLOW if it could be */
};

/* Fills what follows from the lookup, for finding_clear(), which leaves the lookup alone.
 * `peer` may be NULL. */
void finding_judge(struct finding *finding, const struct dance_peer *peer,
	const struct dance_options *options);

/* Looks ahead, by the zones above: fills the forecast, which the finding then tells of. `where` is
 * how it was looked up. */
void finding_look_ahead(struct finding *finding, struct forecast *forecast,
	const struct forecast_wish *wish, const struct ancestry *ancestry,
	const struct dance_context_options *where);

void finding_clear(struct finding *finding);

/* Lines, and warnings on standard error. */
void finding_print(FILE *out, const struct finding *finding);

/* One line, and what was looked ahead for as warnings, which name it. */
void finding_print_brief(FILE *out, const struct finding *finding);

/* One JSON object. */
void finding_print_json(FILE *out, const struct finding *finding);

/* The same of a list of clients, "@" and its name: a line, or an object. */
void finding_print_list(FILE *out, const char *list, const struct lookup *lookup);
void finding_print_list_json(FILE *out, const char *list, const struct lookup *lookup);
