/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A no, remembered for the connection that it was said on: what a decision costs is the
 * client's choice, and it may ask again and again. One bounded table for the whole server;
 * what has no room in it is decided anew. Nobody is ever allowed by it. */

#pragma once

#include "dance.h"
#include "session.h"

/* Connections times rosters: so many sets of so many places. */
#define REFUSAL_SET_COUNT 1024
#define REFUSAL_SET_SIZE 8

/* Milliseconds from one look at what a refusal rests on to the next, and for which it may stand
 * at most: a certificate may become valid with time. */
#define REFUSAL_LOOK_MS 1000
#define REFUSAL_KEPT_MS 60000

/* How an earlier request of this connection was refused, as long as nothing is new. UNDECIDED if
 * none was, or it is time to decide again. *told: the last one was of the same instance of the
 * module. The session shows a proved key. `now` is of some clock in milliseconds that never
 * goes back. */
enum dance_verdict refusal_recall(struct dance_roster *roster, const struct session *session,
	unsigned instance, uint64_t now, bool *told);

/* Remembers what dance_verify() has said, if that is a no which rests on something. */
void refusal_keep(const struct dance_roster *roster, const struct session *session,
	unsigned instance, uint64_t now, const struct dance_result *result);

/* Forgets all: another roster may now be where an old one was. */
void refusal_forget_all(void);
