/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * By the very resolver that servers use, but with nothing remembered from before: lookups that
 * are made together share what they learn of the zones above. */

#include "lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "record.h"
#include "verdict.h"

struct waiting {
	struct lookup lookup;
	uint64_t due; /* clock_ms() */
	bool ended;
};

struct round {
	enum lookup_kind kind;
	const char *const *names;
	size_t count;
	unsigned timeout_ms;
	struct resolver *resolver;
	struct waiting *waiting; /* one for each name */
	size_t begun, ended;     /* of them */
	size_t oldest;           /* all before it have ended */
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

static void keep_records(struct lookup *lookup, const struct resolver_answer *answer)
{
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

/* That there is no such list is proved, and is a list of nobody (client_list.h). */
static void keep_list(struct lookup *lookup, const struct resolver_answer *answer)
{
	enum dance_verdict verdict = client_list_verdict(answer);
	if (verdict != DANCE_UNDECIDED) {
		say_why(lookup, verdict,
			answer->why[0] != '\0' ? answer->why : client_list_text(verdict));
		return;
	}
	lookup->list = client_list_new(answer);
	lookup->secure = lookup->list != NULL;
	say_why(lookup, lookup->secure ? DANCE_UNDECIDED : DANCE_FAIL_INTERNAL,
		lookup->secure ? answer->why : "out of memory");
}

static void end(struct round *round, struct waiting *waiting)
{
	waiting->ended = true;
	round->ended++;
}

/* What comes too late is not wanted any more. */
static void done(void *arg, void *subject, const struct resolver_answer *answer)
{
	struct round *round = arg;
	struct waiting *waiting = subject;
	struct lookup *lookup = &waiting->lookup;
	if (waiting->ended) {
		return;
	}
	end(round, waiting);
	lookup->ttl = answer->ttl;
	lookup->signatures_end = answer->signatures_end;
	if (round->kind == LOOKUP_LISTS) {
		keep_list(lookup, answer);
	} else if (answer->outcome != RESOLVER_SECURE) {
		say_why(lookup, resolver_verdict(answer->outcome), answer->why);
	} else {
		keep_records(lookup, answer);
	}
}

static void begin_some(struct round *round)
{
	char why[DANCE_ERROR_SIZE];
	while (round->begun < round->count && round->begun - round->ended < LOOKUP_AT_ONCE) {
		const char *name = round->names[round->begun];
		struct waiting *waiting = &round->waiting[round->begun++];
		waiting->due = clock_ms() + round->timeout_ms;
		uint32_t started = round->kind == LOOKUP_LISTS ?
			resolver_start_names(round->resolver, name, 0, waiting, why) :
			resolver_start(round->resolver, name, 0, waiting, why);
		if (started == 0) {
			say_why(&waiting->lookup, DANCE_FAIL_NOT_READY, why);
			end(round, waiting);
		}
	}
}

/* All have the same time, so those that began first are due first. Returns for how long the others
 * may be waited for. */
static int give_up_late(struct round *round)
{
	uint64_t now = clock_ms();
	for (; round->oldest < round->begun; round->oldest++) {
		struct waiting *waiting = &round->waiting[round->oldest];
		char why[DANCE_ERROR_SIZE];
		if (waiting->ended) {
			continue;
		}
		if (waiting->due > now) {
			return (int)(waiting->due - now);
		}
		resolver_say_silence(round->resolver, why);
		say_why(&waiting->lookup, DANCE_FAIL_TIMEOUT, why);
		end(round, waiting);
	}
	return 0;
}

bool lookup_make_all(enum lookup_kind kind, const struct dance_context_options *options,
	const char *const *names, size_t count, unsigned timeout_ms, lookup_each each,
	void *arg)
{
	struct round round = {
		.kind = kind, .names = names, .count = count, .timeout_ms = timeout_ms
	};
	if (count == 0) {
		return true;
	}
	round.waiting = calloc(count, sizeof(round.waiting[0]));
	round.resolver = round.waiting != NULL ? resolver_new(options, done, &round) : NULL;
	for (size_t told = 0; round.resolver != NULL && told < count;) {
		begin_some(&round);
		int left = give_up_late(&round);
		if (told < round.begun && round.waiting[told].ended) {
			each(arg, told, &round.waiting[told].lookup);
			told++;
		} else {
			resolver_wait(round.resolver, left);
		}
	}
	bool made = round.resolver != NULL;
	resolver_free(round.resolver);
	free(round.waiting);
	return made;
}

static void take(void *arg, size_t i, struct lookup *lookup)
{
	(void)i;
	*(struct lookup *)arg = *lookup;
}

void lookup_make(struct lookup *lookup, const struct dance_context_options *options,
	const char *name, unsigned timeout_ms)
{
	*lookup = (struct lookup){ .secure = false };
	if (!lookup_make_all(LOOKUP_RECORDS, options, &name, 1, timeout_ms, take, lookup)) {
		say_why(lookup, DANCE_FAIL_INTERNAL, "out of memory");
	}
}

void lookup_clear(struct lookup *lookup)
{
	while (lookup->count > 0) {
		record_clear(&lookup->records[--lookup->count]);
	}
	free(lookup->records);
	lookup->records = NULL;
	free(lookup->list);
	lookup->list = NULL;
}
