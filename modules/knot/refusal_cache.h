/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Remembers a refusal for its connection: the client chooses what a decision costs, and it may
 * ask again and again. There is one table of a fixed size for the whole server; a refusal that
 * finds no room in it is decided anew. It never permits a client. */

#pragma once

#include "dance.h"
#include "session.h"

/* The table has this many sets of this many places, one place for a connection and roster. */
#define REFUSAL_CACHE_SET_COUNT 1024
#define REFUSAL_CACHE_SET_SIZE 8

/* Milliseconds between two looks at what a refusal rests on, and milliseconds for which it may
 * stand at most, since a certificate may become valid with time. */
#define REFUSAL_CACHE_CHECK_MS 1000
#define REFUSAL_CACHE_MAX_MS 60000

/* The verdict by which an earlier request of this connection was refused, as long as DNS says
 * nothing new. UNDECIDED if none was refused, or if it must be decided again. *logged says whether
 * the last such request came to the same instance of the module. The key of the session must be
 * proved. `now` is in milliseconds, of a clock that never goes back. May have names looked up
 * again; never waits for DNS. */
enum dance_verdict refusal_cache_get(struct dance_roster *roster,
	const struct session *session, unsigned instance, uint64_t now, bool *logged);

/* Remembers the result of dance_verify(), if it is a refusal that has a basis. */
void refusal_cache_put(const struct dance_roster *roster, const struct session *session,
	unsigned instance, uint64_t now, const struct dance_result *result);

/* Forgets all refusals: a new roster may have the address of an old one. */
void refusal_cache_flush(void);
