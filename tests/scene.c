/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A context over the fakes. Keeps all in arrays, so that it allocates nothing where a
 * test counts or fails allocations. */

#include "scene.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RECORD_MAX 64
#define NAME_MAX_LISTED 512
#define LINE_MAX_KEPT 256

struct dance_context *scene_context;

static struct dance_tlsa records[RECORD_MAX];
static unsigned record_count;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char lines[LINE_MAX_KEPT][DANCE_LINE_SIZE];
static unsigned line_count;
static bool unprintable;
static atomic_uint begun, ended;

static void on_log(void *arg, enum dance_log_level level, const char *line)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	for (const char *at = line; *at != '\0'; at++) {
		unprintable |= *at < ' ' || *at > '~';
	}
	snprintf(lines[line_count % LINE_MAX_KEPT], sizeof(lines[0]), "%d %s", (int)level,
		line);
	line_count++;
	pthread_mutex_unlock(&lock);
}

static void on_begin(void *arg)
{
	(void)arg;
	atomic_fetch_add(&begun, 1);
}

static void on_end(void *arg)
{
	(void)arg;
	atomic_fetch_add(&ended, 1);
}

unsigned threads_begun(void)
{
	return atomic_load(&begun);
}

unsigned threads_ended(void)
{
	return atomic_load(&ended);
}

void log_clear(void)
{
	pthread_mutex_lock(&lock);
	line_count = 0;
	pthread_mutex_unlock(&lock);
}

unsigned log_count(const char *part)
{
	unsigned found = 0;
	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < line_count && i < LINE_MAX_KEPT; i++) {
		found += strstr(lines[i], part) != NULL;
	}
	pthread_mutex_unlock(&lock);
	return found;
}

static void make_context_by(struct dance_context_options options)
{
	options.size = sizeof(options);
	options.log = on_log;
	options.thread_begin = on_begin;
	options.thread_end = on_end;
	scene_context = dance_context_new(&options);
}

static void make_context(unsigned max_waiting)
{
	make_context_by((struct dance_context_options){ .max_waiting = max_waiting });
}

int scene_begin(void **state)
{
	(void)state;
	fake_resolver_reset();
	fake_clock_set(1000000);
	record_count = 0;
	unprintable = false;
	atomic_store(&begun, 0);
	atomic_store(&ended, 0);
	log_clear();
	make_context(0);
	return scene_context != NULL ? 0 : -1;
}

int scene_end(void **state)
{
	(void)state;
	dance_context_free(scene_context);
	scene_context = NULL;
	if (unprintable || threads_begun() != threads_ended()) {
		fprintf(stderr, "scene: %s\n",
			unprintable ? "a line of the log was not printable" :
				      "a thread did not end");
		return -1;
	}
	return 0;
}

void scene_allow_waiting(unsigned max_waiting)
{
	dance_context_free(scene_context);
	make_context(max_waiting);
}

void scene_limit(const struct dance_context_options *limits)
{
	dance_context_free(scene_context);
	make_context_by(*limits);
}

static const struct dance_tlsa *keep_records(const struct dance_tlsa *given, size_t count)
{
	if (record_count + count > RECORD_MAX) {
		record_count = 0; /* the oldest are long forgotten */
	}
	for (size_t i = 0; i < count; i++) {
		records[record_count + i] = given[i];
	}
	record_count += (unsigned)count;
	return &records[record_count - count];
}

void publish_records(const char *name, uint32_t ttl, const struct dance_tlsa *given,
	size_t count)
{
	const struct fake_answer told = { .outcome = RESOLVER_SECURE,
		.records = keep_records(given, count),
		.count = count,
		.ttl = ttl };
	fake_resolver_set(name, &told);
}

void publish(const char *name, uint32_t ttl, const struct credential *certificate)
{
	struct dance_tlsa record = tlsa_of(certificate, TLSA_DANE_EE, TLSA_SPKI,
		TLSA_SHA256);
	publish_records(name, ttl, &record, 1);
}

void publish_held(const char *name, uint32_t ttl, const struct credential *certificate)
{
	struct dance_tlsa record = tlsa_of(certificate, TLSA_DANE_EE, TLSA_SPKI,
		TLSA_SHA256);
	const struct fake_answer told = { .outcome = RESOLVER_SECURE,
		.records = keep_records(&record, 1),
		.count = 1,
		.ttl = ttl,
		.held = true };
	fake_resolver_set(name, &told);
}

void publish_list(const char *list, uint32_t ttl, const char *names)
{
	const struct fake_answer told = {
		.outcome = RESOLVER_SECURE, .names = names, .ttl = ttl
	};
	fake_resolver_set(list, &told);
}

void answer(const char *name, enum resolver_outcome outcome, uint32_t ttl, const char *why)
{
	const struct fake_answer told = { .outcome = outcome, .ttl = ttl, .why = why };
	fake_resolver_set(name, &told);
}

struct dance_roster *roster_of(const char *names, const struct dance_options *options)
{
	static char text[65536];
	static const char *list[NAME_MAX_LISTED];
	char error[DANCE_ERROR_SIZE];
	size_t count = 0;
	if (strlen(names) >= sizeof(text)) {
		abort();
	}
	strcpy(text, names);
	for (char *rest, *name = strtok_r(text, " ", &rest); name != NULL;
		name = strtok_r(NULL, " ", &rest)) {
		if (count == NAME_MAX_LISTED) {
			abort();
		}
		list[count++] = name;
	}
	struct dance_roster *roster = dance_roster_new(scene_context, list, count, options,
		error);
	if (roster != NULL) {
		fake_resolver_settle();
	}
	return roster;
}

void pass(uint64_t ms)
{
	while (ms > 0) {
		uint64_t step = ms < 1000 ? ms : 1000;
		fake_clock_advance(step);
		fake_resolver_settle();
		ms -= step;
	}
}

static enum dance_verdict verify_one(struct dance_roster *roster,
	const struct dance_octets *credential, bool raw_key, const char *client_id,
	struct dance_result *result)
{
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = credential,
		.chain_count = 1,
		.raw_key = raw_key,
		.client_id = client_id,
		.client_id_size = client_id != NULL ? strlen(client_id) : 0 };
	return dance_verify(roster, &peer, result);
}

enum dance_verdict verify(struct dance_roster *roster, const struct credential *certificate,
	const char *client_id, struct dance_result *result)
{
	return verify_one(roster, &certificate->whole[TLSA_CERTIFICATE], false, client_id,
		result);
}

enum dance_verdict verify_raw_key(struct dance_roster *roster,
	const struct credential *certificate, const char *client_id,
	struct dance_result *result)
{
	return verify_one(roster, &certificate->whole[TLSA_SPKI], true, client_id, result);
}

static void *ask(void *arg)
{
	struct asker *asker = arg;
	(void)verify(asker->roster, asker->certificate, asker->client_id, &asker->result);
	atomic_store(&asker->decided, true);
	return NULL;
}

void asker_begin(struct asker *asker, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id)
{
	asker->result.size = sizeof(asker->result);
	asker->roster = roster;
	asker->certificate = certificate;
	asker->client_id = client_id;
	atomic_store(&asker->decided, false);
	if (pthread_create(&asker->thread, NULL, ask, asker) != 0) {
		abort();
	}
}

enum dance_verdict asker_end(struct asker *asker)
{
	pthread_join(asker->thread, NULL);
	return asker->result.verdict;
}

void await_asker(struct asker *asker)
{
	const struct timespec moment = { 0, 200000 };
	while (!atomic_load(&asker->decided) && fake_clock_waiting() == 0) {
		nanosleep(&moment, NULL);
	}
}

void await_waiting(unsigned count)
{
	const struct timespec moment = { 0, 200000 };
	while (fake_clock_waiting() != count) {
		nanosleep(&moment, NULL);
	}
}

void await_look(void)
{
	const struct timespec moment = { 0, 200000 };
	unsigned before = fake_clock_looks();
	while (fake_clock_looks() - before < 2) { /* one may be half done */
		nanosleep(&moment, NULL);
	}
}
