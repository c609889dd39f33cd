/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The permitted names: exact ones, which are watched, lists of clients, whose names are watched as
 * long as they are on them, and suffixes below which a peer may claim any name. Knows no peers. */

#pragma once

#include "admission.h"
#include "watcher.h"

struct dance_roster {
	struct dance_context *context;
	struct watcher *watcher;
	uint64_t serial;           /* no two rosters ever have the same */
	struct dance_roster *next; /* of the context, under its lock, like the next */
	unsigned references;
	unsigned char fingerprint[32]; /* of the names and options */
	struct dance_options options;
	struct key_index *index;
	struct key_index_member *members; /* the exact names, in the operator's order */
	size_t member_count;
	struct membership lists;        /* and the names on them */
	struct watcher_parting parting; /* when it goes */
	struct name *suffixes;          /* the shorter ones first */
	size_t suffix_count;
	uint64_t suffix_sizes[4];   /* a bit for each size that there is */
	size_t nudge_turn;          /* of roster_next_nudge(), like the next; atomic */
	unsigned long nudge_second; /* of clock_ms() */
	unsigned long nudge_count;  /* in that second */
};

/* If there are more names than this, the watcher's thread sees to it that they leave: whoever frees
 * the last reference may have connections that wait for it. */
#define ROSTER_LEAVE_MAX 1000

/* So many names of one roster are looked up again in a second for peers of unknown keys. */
#define ROSTER_NUDGES_PER_SECOND 64

/* The names on the way to a roster: exact ones in the operator's order, which decides
 * between names that have the same key (key_index.h), then lists in that order, then suffixes in
 * some canonical order. */
struct roster_names {
	struct roster_name *names;
	size_t count;
	struct name *fence; /* dance_options.within */
	size_t fence_count;
	unsigned char fingerprint[32];
};

/* Reads the names. False with a sentence in `error`. */
bool roster_read(struct roster_names *read, const char *const *names, size_t count,
	const struct dance_options *options, char error[DANCE_ERROR_SIZE]);
void roster_names_clear(struct roster_names *read);

/* Makes the roster and joins its names to the watcher, which is not started. NULL when
 * out of memory. */
struct dance_roster *roster_new(const struct roster_names *read,
	const struct dance_options *options, struct watcher *watcher);

/* Nobody may be reading. */
void roster_free(struct dance_roster *roster, struct watcher *watcher);

/* Under RCU. Is there an exact name without a first answer that would come before this hit
 * if it turned out to have the key too? */
bool roster_may_precede(const struct dance_roster *roster, const struct key_index_hit *hit);

/* Under RCU. A peer was refused that may be any of the exact names: the one whose turn it is to
 * be looked up again, or NULL when enough of them have been in this second. */
struct owner *roster_next_nudge(struct dance_roster *roster);

/* Under RCU. The owners of the exact names and of those on lists, one by one, the exact ones first
 * and in order; NULL after the last. Begin with 0. And how many they are. */
struct owner *roster_next_listed(const struct dance_roster *roster, size_t *at);
size_t roster_listed_count(const struct dance_roster *roster);

/* Under RCU. Is a name that was found in the index permitted now? UNDECIDED: yes, and
 * `admission` has the suffix that permits it, or else the list, or neither for an exact name. */
enum dance_verdict roster_admit(const struct dance_roster *roster, const struct name *name,
	uint64_t now, struct admission *admission);

/* Is this name permitted? *owner is that of an exact name, or of one on a list, NULL below a
 * suffix. Under RCU. */
bool roster_permits(const struct dance_roster *roster, const struct name *name,
	struct owner **owner);

/* The longest suffix that the name is below, or NULL; and the shortest. */
const struct name *roster_suffix(const struct dance_roster *roster,
	const struct name *name);
const struct name *roster_outer_suffix(const struct dance_roster *roster,
	const struct name *name);

/* Cuts a name below a suffix to one label below the shortest suffix that it is below. */
void roster_domain(const struct dance_roster *roster, struct name *name);
