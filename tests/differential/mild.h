/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The same case without what RFC 5280 lets pass and OpenSSL refuses: what is left says the
 * same, so that OpenSSL can be asked about that. */

#pragma once

#include "scenario.h"

/* What is taken out. */
enum mildness {
	MILD_ODD,         /* odd parts that may stand there */
	MILD_NAMES,       /* constraints that permit all that is below them */
	MILD_MAPPINGS,    /* a leaf's mappings of policies */
	MILD_IDENTIFIERS, /* key identifiers are added to say who signed what */
	MILD_APART,       /* keys that share a name get names of their own, and odd parts,
	                   * constraints and mappings go */
	MILD_ALL,         /* all but that */
	MILD_COUNT
};

extern const char *const mild_words[MILD_COUNT];

/* False if it could not be made, or would be the same. To be cleared by scenario_clear(). */
bool mild_make(struct scenario *mild, const struct scenario *scenario,
	enum mildness mildness);

/* The same case with a record that is of another of its certificates. */
bool mild_move(struct scenario *moved, const struct scenario *scenario, size_t record,
	size_t target);
