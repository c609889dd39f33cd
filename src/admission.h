/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does a list of clients permit a name now? Changes no list, and knows nothing of peers. All of it
 * under RCU, without the watcher's lock. */

#pragma once

#include "membership.h"

/* What permits a name, or why nothing does. */
struct admission {
	struct owner *list; /* the first that permits the name; or that is in trouble */
	const struct name
		*suffix; /* that permits the name in a list's place: roster_admit() */
	uint64_t until;  /* clock_ms() at which the TTL of the list ends */
	const char *why; /* not NULL unless it is permitted */
	bool awaited;    /* an answer is under way that may change it */
};

/* Does a list permit this name now? UNDECIDED: yes, and its own records may. Else the verdict. */
enum dance_verdict admission_by_lists(const struct membership *membership,
	const struct name *name, const struct dance_options *options, uint64_t now,
	struct admission *admission);

/* Why is it not known who stands on one of the lists? UNDECIDED: all of them count. */
enum dance_verdict admission_trouble(const struct membership *membership,
	const struct dance_options *options, uint64_t now, struct admission *admission);

/* Fills a result by why the name is not permitted. Returns the verdict. */
enum dance_verdict admission_say(const struct admission *admission,
	enum dance_verdict verdict, struct dance_result *result);
