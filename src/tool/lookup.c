/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One validated lookup, waited for: by the very resolver that servers use, but with
 * nothing remembered. */

#include "lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "record.h"
#include "verdict.h"

struct waiting {
	struct lookup *lookup;
	bool answered;
};

static void say_why(struct lookup *lookup, enum dance_verdict verdict, const char *why)
{
	lookup->verdict = verdict;
	(void)snprintf(lookup->why, sizeof(lookup->why), "%s", why);
	result_make_printable(lookup->why);
}

static bool copy(struct dance_tlsa *to, const struct dance_tlsa *from)
{
	unsigned char *data = malloc(from->size + 1);
	if (data == NULL) {
		return false;
	}
	*to = *from;
	to->data = data;
	if (from->size != 0) {
		memcpy(data, from->data, from->size);
	}
	return true;
}

static void done(void *arg, void *subject, const struct resolver_answer *answer)
{
	struct waiting *waiting = subject;
	struct lookup *lookup = waiting->lookup;
	(void)arg;
	waiting->answered = true;
	lookup->ttl = answer->ttl;
	lookup->signatures_end = answer->signatures_end;
	if (answer->outcome != RESOLVER_SECURE) {
		say_why(lookup, resolver_verdict(answer->outcome), answer->why);
		return;
	}
	lookup->records = calloc(answer->count + 1, sizeof(lookup->records[0]));
	for (; lookup->count < answer->count; lookup->count++) {
		if (lookup->records == NULL ||
			!copy(&lookup->records[lookup->count],
				&answer->records[lookup->count])) {
			say_why(lookup, DANCE_FAIL_INTERNAL, "out of memory");
			return;
		}
	}
	lookup->broken = answer->broken;
	lookup->secure = true;
}

static void wait_for(struct resolver *resolver, struct waiting *waiting,
	unsigned timeout_ms)
{
	uint64_t until = clock_ms() + timeout_ms;
	while (!waiting->answered) {
		uint64_t now = clock_ms();
		if (now >= until) {
			char why[DANCE_ERROR_SIZE];
			resolver_say_silence(resolver, why);
			say_why(waiting->lookup, DANCE_FAIL_TIMEOUT, why);
			return;
		}
		resolver_wait(resolver, (int)(until - now));
	}
}

void lookup_make(struct lookup *lookup, const struct dance_context_options *options,
	const char *name, unsigned timeout_ms)
{
	struct waiting waiting = { .lookup = lookup };
	char why[DANCE_ERROR_SIZE];
	lookup->secure = false;
	lookup->verdict = DANCE_UNDECIDED;
	lookup->records = NULL;
	lookup->count = lookup->broken = 0;
	lookup->ttl = 0;
	lookup->signatures_end = 0;
	lookup->why[0] = '\0';
	struct resolver *resolver = resolver_new(options, done, NULL);
	if (resolver == NULL) {
		say_why(lookup, DANCE_FAIL_INTERNAL, "out of memory");
		return;
	}
	if (resolver_start(resolver, name, 0, &waiting, why) == 0) {
		say_why(lookup, DANCE_FAIL_NOT_READY, why);
	} else {
		wait_for(resolver, &waiting, timeout_ms);
	}
	resolver_free(resolver);
}

void lookup_clear(struct lookup *lookup)
{
	while (lookup->count > 0) {
		record_clear(&lookup->records[--lookup->count]);
	}
	free(lookup->records);
	lookup->records = NULL;
}
