/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What has changed about names and about lookups, for the host's log. */

#pragma once

#include <sys/queue.h>

#include "owner.h"
#include "trust_anchor.h"

struct name_log {
	void (*write)(void *arg, enum dance_log_level level,
		const char *line); /* or NULL */
	void *arg;
	STAILQ_HEAD(, name_log_line) lines; /* not told yet */
	char fault[DANCE_ERROR_SIZE];       /* why no lookup can be made, as told last */
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
