/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Answers that the test wrote down. All is under one lock; resolver_wait() lets go of it
 * while it tells of an answer, as the real one holds none. */

#include "fake_resolver.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_clock.h"

#define ANSWER_MAX 64
#define NAME_MAX_ASKED 16384
#define LOOKUP_MAX 1024
#define RESOLVER_MAX 4

struct scripted {
	char name[DANCE_NAME_SIZE + 1];
	struct fake_answer answer;
};

struct asked {
	char name[DANCE_NAME_SIZE + 1];
	unsigned times;
	uint32_t past;
};

struct lookup {
	struct resolver *resolver; /* NULL: not under way */
	struct asked *asked;
	void *subject;
	uint64_t since;
	bool released;
};

struct resolver {
	bool used;
	bool started; /* there is a thread that waits, or soon will */
	bool woken;
	bool asleep;
	resolver_done done;
	void *arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t slept = PTHREAD_COND_INITIALIZER;
static struct scripted scripted[ANSWER_MAX];
static unsigned scripted_count;
static struct asked asked[NAME_MAX_ASKED];
static unsigned asked_all;
static struct lookup lookups[LOOKUP_MAX];
static unsigned under_way, under_way_most;
static struct resolver resolvers[RESOLVER_MAX];
static const char *refusal;
static uint32_t next_generation;
static int longest_wait, last_wait;
static enum trust_anchor_news anchor_news;
static struct trust_anchor the_anchor;
static char anchor_path[64];

static _Noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "fake resolver: %s: %s\n", what, name);
	abort();
}

void fake_resolver_reset(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < RESOLVER_MAX; i++) {
		if (resolvers[i].used) {
			die("reset", "a resolver is still there");
		}
	}
	memset(asked, 0, sizeof(asked));
	scripted_count = asked_all = under_way = under_way_most = 0;
	refusal = NULL;
	next_generation = 1;
	longest_wait = 0;
	anchor_news = TRUST_ANCHOR_NO_NEWS;
	the_anchor.keys = NULL;
	the_anchor.why[0] = the_anchor.aging[0] = '\0';
	pthread_mutex_unlock(&lock);
}

/* The suffix counts for all names below it, with one label more or several. */
static bool is_for(const struct scripted *at, const char *name)
{
	if (at->name[0] != '*') {
		return strcmp(at->name, name) == 0;
	}
	size_t length = strlen(name), tail = strlen(at->name) - 1;
	return length > tail && strcmp(name + length - tail, at->name + 1) == 0;
}

static const struct fake_answer *find_answer(const char *name)
{
	const struct fake_answer *found = NULL;
	for (unsigned i = 0; i < scripted_count; i++) {
		if (is_for(&scripted[i], name) &&
			(found == NULL || scripted[i].name[0] != '*')) {
			found = &scripted[i].answer;
		}
	}
	return found;
}

void fake_resolver_set(const char *name, const struct fake_answer *answer)
{
	pthread_mutex_lock(&lock);
	unsigned place = 0;
	while (place < scripted_count && strcmp(scripted[place].name, name) != 0) {
		place++;
	}
	if (place == ANSWER_MAX || strlen(name) >= DANCE_NAME_SIZE) {
		die("no room for the answer", name);
	}
	strcpy(scripted[place].name, name);
	scripted[place].answer = *answer;
	if (place == scripted_count) {
		scripted_count++;
	}
	pthread_mutex_unlock(&lock);
}

void fake_resolver_refuse(const char *why)
{
	pthread_mutex_lock(&lock);
	refusal = why;
	pthread_mutex_unlock(&lock);
}

void fake_resolver_set_anchor(enum trust_anchor_news news, const char *path,
	const char *why)
{
	pthread_mutex_lock(&lock);
	anchor_news = news;
	snprintf(anchor_path, sizeof(anchor_path), "%s", path);
	the_anchor.path = the_anchor.keys = anchor_path; /* some */
	snprintf(the_anchor.why, sizeof(the_anchor.why), "%s", why);
	pthread_mutex_unlock(&lock);
}

void fake_resolver_set_aging(const char *aging)
{
	pthread_mutex_lock(&lock);
	snprintf(the_anchor.aging, sizeof(the_anchor.aging), "%s", aging);
	pthread_mutex_unlock(&lock);
}

static struct asked *find_asked(const char *name)
{
	uint32_t hash = 2166136261u;
	for (const char *at = name; *at != '\0'; at++) {
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	}
	for (uint32_t i = 0; i < NAME_MAX_ASKED; i++) {
		struct asked *at = &asked[(hash + i) % NAME_MAX_ASKED];
		if (at->name[0] == '\0' || strcmp(at->name, name) == 0) {
			return at;
		}
	}
	die("no room to remember", name);
}

void fake_resolver_release(const char *name)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < LOOKUP_MAX; i++) {
		if (lookups[i].resolver != NULL &&
			strcmp(lookups[i].asked->name, name) == 0) {
			lookups[i].released = true;
		}
	}
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	fake_resolver_settle();
}

static bool all_asleep(void)
{
	for (size_t i = 0; i < RESOLVER_MAX; i++) {
		if (resolvers[i].used && resolvers[i].started &&
			(!resolvers[i].asleep || resolvers[i].woken)) {
			return false;
		}
	}
	return true;
}

void fake_resolver_settle(void)
{
	pthread_mutex_lock(&lock);
	/* Who sleeps computed for how long before the clock was moved. */
	for (size_t i = 0; i < RESOLVER_MAX; i++) {
		resolvers[i].woken = true;
	}
	pthread_cond_broadcast(&changed);
	while (!all_asleep()) {
		pthread_cond_wait(&slept, &lock);
	}
	pthread_mutex_unlock(&lock);
}

unsigned fake_resolver_asked(const char *name)
{
	pthread_mutex_lock(&lock);
	unsigned times = find_asked(name)->times;
	pthread_mutex_unlock(&lock);
	return times;
}

uint32_t fake_resolver_past(const char *name)
{
	pthread_mutex_lock(&lock);
	uint32_t past = find_asked(name)->past;
	pthread_mutex_unlock(&lock);
	return past;
}

void fake_resolver_set_generation(uint32_t generation)
{
	pthread_mutex_lock(&lock);
	next_generation = generation;
	pthread_mutex_unlock(&lock);
}

static unsigned get(const unsigned *figure)
{
	pthread_mutex_lock(&lock);
	unsigned now = *figure;
	pthread_mutex_unlock(&lock);
	return now;
}

int fake_resolver_longest_wait(void)
{
	pthread_mutex_lock(&lock);
	int longest = longest_wait;
	pthread_mutex_unlock(&lock);
	return longest;
}

int fake_resolver_sleep(void)
{
	pthread_mutex_lock(&lock);
	int last = last_wait;
	pthread_mutex_unlock(&lock);
	return last;
}

unsigned fake_resolver_asked_all(void)
{
	return get(&asked_all);
}

unsigned fake_resolver_under_way(void)
{
	return get(&under_way);
}

unsigned fake_resolver_under_way_most(void)
{
	return get(&under_way_most);
}

/* As libunbound's answer would hold them, and how many they are. */
static const uint8_t *wire_of(const char *names, size_t *count)
{
	static uint8_t wire[65536];
	size_t size = 0;
	*count = 0;
	while (*names != '\0') {
		size_t length = strcspn(names, " ");
		const char *end = names + length;
		if (size + length + 2 > sizeof(wire)) {
			die("too many names", names);
		}
		for (const char *at = names; at < end && *at != '.';) {
			size_t label = strcspn(at, ". ");
			wire[size++] = (uint8_t)label;
			memcpy(wire + size, at, label);
			size += label;
			at += label + (at + label < end);
		}
		wire[size++] = 0;
		(*count)++;
		names = end + strspn(end, " ");
	}
	return *count <= RESOLVER_NAME_MAX ? wire : NULL;
}

/* What resolver.h promises. */

struct resolver *resolver_new(const struct dance_context_options *options,
	resolver_done done, void *arg)
{
	(void)options;
	pthread_mutex_lock(&lock);
	struct resolver *resolver = resolvers;
	while (resolver->used) {
		if (++resolver == resolvers + RESOLVER_MAX) {
			die("no room", "one more resolver");
		}
	}
	*resolver = (struct resolver){ .used = true, .done = done, .arg = arg };
	pthread_mutex_unlock(&lock);
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL) {
		return;
	}
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < LOOKUP_MAX; i++) {
		if (lookups[i].resolver == resolver) {
			lookups[i].resolver = NULL;
			under_way--;
		}
	}
	resolver->used = false;
	pthread_mutex_unlock(&lock);
}

uint32_t resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	pthread_mutex_lock(&lock);
	uint32_t generation = 0;
	if (refusal != NULL) {
		snprintf(why, DANCE_ERROR_SIZE, "%s", refusal);
		goto out;
	}
	if (find_answer(name) == NULL) {
		die("nobody said what to answer for", name);
	}
	struct lookup *lookup = lookups;
	while (lookup->resolver != NULL) {
		if (++lookup == lookups + LOOKUP_MAX) {
			die("too many lookups under way", name);
		}
	}
	*lookup = (struct lookup){ resolver, find_asked(name), subject, clock_ms(), false };
	strcpy(lookup->asked->name, name);
	lookup->asked->times++;
	lookup->asked->past = past;
	asked_all++;
	if (++under_way > under_way_most) {
		under_way_most = under_way;
	}
	generation = next_generation;
out:
	pthread_mutex_unlock(&lock);
	return generation;
}

uint32_t resolver_start_names(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	char list[DANCE_NAME_SIZE + 1];
	snprintf(list, sizeof(list), "@%s", name);
	return resolver_start(resolver, list, past, subject, why);
}

/* Tells of one answer that is due. */
static bool deliver(struct resolver *resolver)
{
	for (size_t i = 0; i < LOOKUP_MAX; i++) {
		struct lookup lookup = lookups[i];
		if (lookup.resolver != resolver) {
			continue;
		}
		const struct fake_answer *ready = find_answer(lookup.asked->name);
		if ((ready->held && !lookup.released) ||
			clock_ms() - lookup.since < ready->after_ms) {
			continue;
		}
		struct resolver_answer answer = { ready->outcome, ready->records,
			ready->count, ready->ttl, ready->why != NULL ? ready->why : "" };
		if (ready->names != NULL) {
			answer.names = wire_of(ready->names, &answer.count);
		}
		answer.signatures_end = ready->signatures_end;
		answer.signatures_late = ready->signatures_late;
		lookups[i].resolver = NULL;
		under_way--;
		pthread_mutex_unlock(&lock);
		resolver->done(resolver->arg, lookup.subject, &answer);
		pthread_mutex_lock(&lock);
		return true;
	}
	return false;
}

void resolver_wait(struct resolver *resolver, int timeout_ms)
{
	pthread_mutex_lock(&lock);
	uint64_t until = timeout_ms < 0 ? UINT64_MAX : clock_ms() + (unsigned)timeout_ms;
	resolver->started = true;
	last_wait = timeout_ms;
	longest_wait = timeout_ms > longest_wait ? timeout_ms : longest_wait;
	bool told = false;
	while (deliver(resolver)) {
		told = true;
	}
	while (!told && !resolver->woken && clock_ms() < until) {
		resolver->asleep = true;
		pthread_cond_broadcast(&slept);
		pthread_cond_wait(&changed, &lock);
		resolver->asleep = false;
		while (deliver(resolver)) {
			told = true;
		}
	}
	resolver->woken = false;
	pthread_mutex_unlock(&lock);
}

enum trust_anchor_news resolver_anchor_news(struct resolver *resolver,
	const struct trust_anchor **anchor)
{
	(void)resolver;
	pthread_mutex_lock(&lock);
	enum trust_anchor_news news = anchor_news;
	anchor_news = TRUST_ANCHOR_NO_NEWS;
	*anchor = &the_anchor;
	pthread_mutex_unlock(&lock);
	return news;
}

void resolver_wake(struct resolver *resolver)
{
	pthread_mutex_lock(&lock);
	resolver->started = true;
	resolver->woken = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

bool resolver_check_forwarder(const char *address)
{
	return address[0] != '\0';
}
