/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What has changed about names and about lookups, for the host's log. */

#pragma once

#include <sys/queue.h>

#include "owner.h"
#include "resolver_answer.h"
#include "trust_anchor.h"

struct name_log {
	void (*write)(void *arg, enum dance_log_level level,
		const char *line); /* or NULL */
	void *arg;
	STAILQ_HEAD(, name_log_line) lines; /* not told yet */
	uint64_t minute; /* of clock_ms(), in which this many forecasts were told and not told */
	unsigned forecasts, suppressed;
	char fault[DANCE_ERROR_SIZE];        /* why no lookup can be made, as told last */
	char aging[TRUST_ANCHOR_AGING_SIZE]; /* what the trust anchor does not follow, likewise */
};

/* `write` may be NULL. */
void name_log_init(struct name_log *log,
	void (*write)(void *arg, enum dance_log_level level, const char *line), void *arg);

/* One line, made printable, for name_log_tell(); told at once when out of memory. */
void name_log_say(struct name_log *log, enum dance_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Tells the host. It may take its time: to be called without locks. */
void name_log_tell(struct name_log *log);

/* Before an answer is published: tells of it if it changes what is known of the name. */
void name_log_answer(struct name_log *log, const struct owner *owner,
	enum dance_verdict after, const char *why);

/* A name's lookups have failed for so long, while its records are still good: time to tell until
 * when they are. */
#define NAME_LOG_FAILING_S 1800

/* Very many names may be in one zone: so many of the lines below are told in a minute, and then how
 * many more there were. */
#define NAME_LOG_FORECASTS 20

/* Before an answer is published: tells once that the signatures of the records should have been
 * renewed (RESOLVER_LATE_S), and once that they have been. */
void name_log_signatures(struct name_log *log, struct owner *owner,
	const struct resolver_answer *answer);

/* After a lookup has failed over good records: tells once, when lookups have failed for
 * NAME_LOG_FAILING_S, until when these records are good. */
void name_log_failing(struct name_log *log, struct owner *owner, const char *why);

/* Two names of one roster publish the same key: with it alone, a peer is taken for `first`,
 * one of the two. */
void name_log_shared_key(struct name_log *log, const struct owner *owner,
	const struct owner *other, const struct owner *first);

/* There was no room for an answer on this name, or for a key of it. */
void name_log_memory(struct name_log *log, const struct owner *owner);

/* Why no lookup can be made, or "": tells of it if that has changed. */
void name_log_lookups(struct name_log *log, const char *why);

/* What has become of the trust anchor's file; nothing, if there is no news. */
void name_log_anchor(struct name_log *log, enum trust_anchor_news news,
	const struct trust_anchor *anchor);

/* What of the root's keys its file does not follow, or that it follows all of them: tells of it if
 * that has changed. */
void name_log_aging(struct name_log *log, const struct trust_anchor *anchor);
