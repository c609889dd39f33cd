/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What has changed about names and about look-ups, for the host's log. */

#pragma once

#include "identity.h"

struct news {
	void (*log)(void *arg, enum dance_log_level level, const char *line); /* or NULL */
	void *arg;
	char fault[DANCE_ERROR_SIZE]; /* why no look-up can be made, as told last */
};

/* One line, made printable. */
void news_say(const struct news *news, enum dance_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Before an answer is published: tells of it if it changes what is known of the name. */
void news_of_name(const struct news *news, const struct identity *identity,
	enum dance_verdict after, const char *why);

/* Why no look-up can be made, or "": tells of it if that has changed. */
void news_of_look_ups(struct news *news, const char *why);
