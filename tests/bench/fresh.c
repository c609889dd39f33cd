/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A roster of many names, from nothing to the first records of all of them: how long that
 * takes, against the same lookups one after another, each time with a cache that is empty;
 * and how much of the heap the library occupies then for each name. What libunbound
 * remembers is its own.
 *
 *	fresh TRUST-ANCHOR ROOT-HINTS SUFFIX COUNT
 *	together=SECONDS one-by-one=SECONDS octets=N
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <urcu/urcu-bp.h>

#include "dance.h"
#include "key_index.h"
#include "occupied.h"
#include "resolver.h"
#include "roster.h"

#define NAME_SIZE 300
#define PATIENCE_S 300

/* --- lookups ----------------------------------------------------------------------------- */

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what)
{
	fprintf(stderr, "fresh: %s\n", what);
	exit(1);
}

static bool has_records(const struct dance_roster *roster, size_t count)
{
	urcu_bp_read_lock();
	bool all = roster->member_count == count;
	for (size_t i = 0; all && i < count; i++) {
		const struct knowledge *known =
			rcu_dereference(roster->members[i].owner->knowledge);
		all = known != NULL && known->set != NULL;
	}
	urcu_bp_read_unlock();
	return all;
}

/* Seconds; adds the octets per name. */
static double look_up_together(const struct dance_context_options *options,
	const char *const *names, size_t count, double *octets)
{
	char error[DANCE_ERROR_SIZE] = "out of memory";
	const struct timespec pause = { .tv_nsec = 1000000 };
	long before = occupied();
	double began = now();
	struct dance_context *context = dance_context_new(options);
	struct dance_roster *roster = context == NULL ?
		NULL :
		dance_roster_new(context, names, count, NULL, error);
	if (roster == NULL) {
		die(error);
	}
	while (key_index_unresolved(roster->index) > 0 && now() - began < PATIENCE_S) {
		nanosleep(&pause, NULL);
	}
	double took = now() - began;
	if (!has_records(roster, count)) {
		die("some names have no records");
	}
	*octets = (double)(occupied() - before) / (double)count;
	dance_roster_free(roster);
	dance_context_free(context);
	return took;
}

static void take_answer(void *arg, void *subject, const struct resolver_answer *answer)
{
	size_t *secure = arg;
	*secure += answer->outcome == RESOLVER_SECURE && answer->count == 1;
	*(bool *)subject = true;
}

static double look_up_one_by_one(const struct dance_context_options *options,
	const char *const *names, size_t count)
{
	char why[DANCE_ERROR_SIZE] = "out of memory";
	size_t secure = 0;
	double began = now();
	struct resolver *resolver = resolver_new(options, take_answer, &secure);
	for (size_t i = 0; i < count && resolver != NULL; i++) {
		bool done = false;
		if (resolver_start(resolver, names[i], 0, &done, why) == 0) {
			die(why);
		}
		while (!done) {
			resolver_wait(resolver, 1000);
		}
	}
	double took = now() - began;
	if (secure != count) {
		die("some names have no records, one by one");
	}
	resolver_free(resolver);
	return took;
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fprintf(stderr, "usage: fresh TRUST-ANCHOR ROOT-HINTS SUFFIX COUNT SOME\n");
		return 2;
	}
	const struct dance_context_options options = {
		.size = sizeof(options),
		.trust_anchor = argv[1],
		.root_hints = argv[2],
	};
	size_t count = strtoul(argv[4], NULL, 10), some = strtoul(argv[5], NULL, 10);
	char(*texts)[NAME_SIZE] = calloc(count, sizeof(*texts));
	const char **names = calloc(count, sizeof(*names));
	if (texts == NULL || names == NULL || some == 0 || some > count) {
		die("so many names cannot be looked up");
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(texts[i], NAME_SIZE, "n%zu.%s", i, argv[3]);
		names[i] = texts[i];
	}
	double octets;
	double together = look_up_together(&options, names, count, &octets);
	double one_by_one = look_up_one_by_one(&options, names, some) * (double)count /
		(double)some;
	printf("together=%.3f one-by-one=%.3f octets=%.0f\n", together, one_by_one, octets);
	free(names);
	free(texts);
	return 0;
}
