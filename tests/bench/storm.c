/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Very many peers whose names are below one suffix come back at once: how long until each of them
 * is known, and how many were refused; the same again, when all are known;
 * and how long a known one waits while strangers claim names that are not there.
 *
 *	storm TRUST-ANCHOR ROOT-HINTS SUFFIX COUNT PER-SECOND IN-FLIGHT threads|events AT-ONCE
 *
 * So many of them are decided about at a time: each by a thread that waits in dance_verify(), or
 * all by one thread, as a host with an event loop does it (event_host.h).
 * Storm-made-up is the same with answers that are made up, without any DNS. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "dance.h"
#include "event_host.h"
#include "occupied.h"
#include "resolver.h"

#ifdef MADE_UP
#include <gnutls/crypto.h>

#include "made_up.h"
#endif

#define TIMEOUT_MS 5000
#define THREADS_MAX 1024
#define STRANGERS 2
#define KNOWN_MAX 20000

/* The key of all of them, which with_names.py publishes. */
static const unsigned char spki[44] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65,
	0x70, 0x03, 0x21, 0x00 };

static struct dance_roster *roster;
static const char *suffix;
static atomic_size_t next, failed, lookups;
static size_t count;
static atomic_bool stop;

uint32_t __real_resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE]);
uint32_t __wrap_resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE]);

uint32_t __wrap_resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	atomic_fetch_add(&lookups, 1);
	return __real_resolver_start(resolver, name, past, subject, why);
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "storm: %s\n", what);
	exit(1);
}

static struct dance_peer who(char letter, size_t number, char name[DANCE_NAME_SIZE])
{
	static const struct dance_octets key = { spki, sizeof(spki) };
	int size = snprintf(name, DANCE_NAME_SIZE, "%c%zu.%s", letter, number, suffix);
	return (struct dance_peer){ .size = sizeof(struct dance_peer),
		.chain = &key,
		.chain_count = 1,
		.raw_key = true,
		.client_id = name,
		.client_id_size = (size_t)size };
}

static void who_comes_back(size_t number, char name[DANCE_NAME_SIZE],
	struct dance_peer *peer)
{
	*peer = who('n', number, name);
}

static enum dance_verdict ask(char letter, size_t number)
{
	char name[DANCE_NAME_SIZE];
	const struct dance_peer peer = who(letter, number, name);
	struct dance_result result;
	result.size = sizeof(result);
	return dance_verify(roster, &peer, &result);
}

/* Of the processor, by the whole process. */
static double seconds_used(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *be_peers(void *arg)
{
	(void)arg;
	size_t number;
	while ((number = atomic_fetch_add(&next, 1)) < count) {
		if (ask('n', number) != DANCE_ALLOW) {
			atomic_fetch_add(&failed, 1);
		}
	}
	return NULL;
}

static void *be_a_stranger(void *arg)
{
	size_t number = (size_t)(uintptr_t)arg;
	while (!atomic_load(&stop)) {
		(void)ask('x', number += STRANGERS);
	}
	return NULL;
}

static void come_back_on_threads(unsigned threads)
{
	static pthread_t ids[THREADS_MAX];
	atomic_store(&next, 0);
	atomic_store(&failed, 0);
	for (unsigned i = 0; i < threads; i++) {
		if (pthread_create(&ids[i], NULL, be_peers, NULL) != 0) {
			die("no thread can be started");
		}
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
	}
}

static double come_back(bool events, unsigned at_once)
{
	double began = now();
	if (events) {
		atomic_store(&failed,
			event_host_decide(roster, who_comes_back, count, at_once));
	} else {
		come_back_on_threads(at_once);
	}
	return now() - began;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

/* In microseconds: all but one in a hundred take no longer. */
static double known_takes(void)
{
	static double took[KNOWN_MAX];
	size_t known = count < KNOWN_MAX ? count : KNOWN_MAX;
	for (size_t i = 0; i < known; i++) {
		double began = now();
		if (ask('n', i) != DANCE_ALLOW) {
			die("a known name is refused");
		}
		took[i] = (now() - began) * 1e6;
	}
	qsort(took, known, sizeof(took[0]), compare);
	return took[known - known / 100 - 1];
}

static double known_takes_among_strangers(void)
{
	pthread_t strangers[STRANGERS];
	for (size_t i = 0; i < STRANGERS; i++) {
		if (pthread_create(&strangers[i], NULL, be_a_stranger, (void *)i) != 0) {
			die("no thread can be started");
		}
	}
	double took = known_takes();
	atomic_store(&stop, true);
	for (size_t i = 0; i < STRANGERS; i++) {
		pthread_join(strangers[i], NULL);
	}
	return took;
}

static unsigned number_of(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static void begin(char **argv, unsigned at_once)
{
	char error[DANCE_ERROR_SIZE] = "out of memory", pattern[DANCE_ENTRY_SIZE];
	const char *names[] = { pattern };
	const unsigned per_second = number_of(argv[5]);
	const struct dance_context_options options = {
		.size = sizeof(options),
		.trust_anchor = argv[1],
		.root_hints = argv[2],
		.max_waiting = at_once,
		.lookups_per_second = per_second,
		.lookups_in_flight = number_of(argv[6]),
		.lookups_queued = per_second * (TIMEOUT_MS / 1000),
		.remembered = (unsigned)count,
	};
	const struct dance_options patient = { .size = sizeof(patient),
		.timeout_ms = TIMEOUT_MS };
	snprintf(pattern, sizeof(pattern), "*.%s", suffix);
	struct dance_context *context = dance_context_new(&options);
	roster = context != NULL ? dance_roster_new(context, names, 1, &patient, error) :
				   NULL;
	if (roster == NULL) {
		die(error);
	}
}

int main(int argc, char **argv)
{
	bool events = argc == 9 && strcmp(argv[7], "events") == 0;
	bool threads = argc == 9 && strcmp(argv[7], "threads") == 0;
	unsigned at_once = argc == 9 ? number_of(argv[8]) : 0;
	/* Without a number for each second there would be no queue either. */
	if (events == threads || number_of(argv[5]) == 0 || at_once == 0 ||
		(threads && at_once > THREADS_MAX)) {
		fprintf(stderr,
			"usage: storm TRUST-ANCHOR ROOT-HINTS SUFFIX COUNT PER-SECOND "
			"IN-FLIGHT threads|events AT-ONCE\n");
		return 2;
	}
	suffix = argv[3];
	count = number_of(argv[4]);
#ifdef MADE_UP
	unsigned char digest[32];
	(void)gnutls_hash_fast(GNUTLS_DIG_SHA256, spki, sizeof(spki), digest);
	made_up_say(digest, MADE_UP_ALL);
#endif
	long before = occupied();
	begin(argv, at_once);
	double first = come_back(events, at_once);
	double used = seconds_used();
	size_t refused = atomic_load(&failed), first_lookups = atomic_load(&lookups);
	double octets = (double)(occupied() - before) / (double)count;
	double second = come_back(events, at_once);
	size_t more = atomic_load(&lookups) - first_lookups;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	double alone = known_takes(), among = known_takes_among_strangers();
	printf("first=%.2f used=%.2f refused=%zu lookups=%zu octets=%.0f second=%.2f more=%zu "
	       "resident=%ld alone=%.1f among=%.1f\n",
		first, used, refused + atomic_load(&failed), first_lookups, octets, second,
		more, usage.ru_maxrss / 1024, alone, among);
	return 0;
}
