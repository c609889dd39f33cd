/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance_verify() on a warm roster of many names, of which the last holds the key. The
 * answers of DNS are made up: this file stands in for resolver.c. */

#include "judge.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dance.h"
#include "resolver.h"

#define NAME_SIZE 48
#define PENDING_MAX 1024

struct roster_judge {
	struct dance_context *context;
	struct dance_roster *roster;
	struct dance_octets chain;
	struct dance_peer peer;
};

/* The digest that the name with this number has; the last one has the subject's. */
static const struct subject *the_subject;
static size_t the_last;

struct resolver {
	resolver_done done;
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool wake;
	size_t count;
	struct {
		void *subject;
		size_t number;
	} pending[PENDING_MAX];
};

struct resolver *resolver_new(const struct dance_context_options *options,
	resolver_done done, void *arg)
{
	(void)options;
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (resolver != NULL) {
		resolver->done = done;
		resolver->arg = arg;
		pthread_mutex_init(&resolver->lock, NULL);
		pthread_cond_init(&resolver->woken, NULL);
	}
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	free(resolver);
}

uint32_t resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	(void)past;
	if (resolver->count == PENDING_MAX) {
		snprintf(why, DANCE_ERROR_SIZE, "too many");
		return 0;
	}
	resolver->pending[resolver->count].subject = subject;
	resolver->pending[resolver->count].number = strtoul(name + 1, NULL, 10);
	resolver->count++;
	return 1;
}

enum trust_anchor_news resolver_anchor_news(struct resolver *resolver,
	const struct trust_anchor **anchor)
{
	(void)resolver;
	*anchor = NULL;
	return TRUST_ANCHOR_NO_NEWS;
}

static void answer(struct resolver *resolver, void *subject, size_t number)
{
	unsigned char digest[32];
	memcpy(digest, the_subject->digest, sizeof(digest));
	if (number != the_last) {
		for (size_t i = 0; i < sizeof(digest); i++) {
			digest[i] ^= (unsigned char)(number >> (i % 4 * 8) ^ (i * 73) ^ 1);
		}
	}
	const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
	const struct resolver_answer secure = {
		.outcome = RESOLVER_SECURE,
		.records = &record,
		.count = 1,
		.ttl = 86400,
		.why = "",
	};
	resolver->done(resolver->arg, subject, &secure);
}

void resolver_wait(struct resolver *resolver, int timeout_ms)
{
	size_t count = resolver->count;
	resolver->count = 0;
	for (size_t i = 0; i < count; i++) {
		answer(resolver, resolver->pending[i].subject, resolver->pending[i].number);
	}
	pthread_mutex_lock(&resolver->lock);
	if (count == 0 && !resolver->wake && timeout_ms != 0) {
		pthread_cond_wait(&resolver->woken, &resolver->lock);
	}
	resolver->wake = false;
	pthread_mutex_unlock(&resolver->lock);
}

void resolver_wake(struct resolver *resolver)
{
	pthread_mutex_lock(&resolver->lock);
	resolver->wake = true;
	pthread_cond_signal(&resolver->woken);
	pthread_mutex_unlock(&resolver->lock);
}

bool resolver_check_forwarder(const char *address)
{
	(void)address;
	return false;
}

static bool run(void *judge)
{
	struct roster_judge *roster = judge;
	struct dance_result result;
	result.size = sizeof(result);
	return dance_verify(roster->roster, &roster->peer, &result) == DANCE_ALLOW;
}

static void end(void *judge)
{
	struct roster_judge *roster = judge;
	dance_roster_free(roster->roster);
	dance_context_free(roster->context);
	free(roster);
}

static struct dance_roster *make_roster(struct dance_context *context, size_t count)
{
	char error[DANCE_ERROR_SIZE];
	char(*texts)[NAME_SIZE] = calloc(count, sizeof(*texts));
	const char **names = calloc(count, sizeof(*names));
	struct dance_roster *roster = NULL;
	if (texts != NULL && names != NULL) {
		for (size_t i = 0; i < count; i++) {
			snprintf(texts[i], NAME_SIZE, "n%zu._xfr-client.example.net", i);
			names[i] = texts[i];
		}
		roster = dance_roster_new(context, names, count, NULL, error);
	}
	free(texts);
	free(names);
	return roster;
}

static void *begin(const struct subject *subject, size_t names)
{
	struct roster_judge *judge = calloc(1, sizeof(*judge));
	if (judge == NULL) {
		return NULL;
	}
	the_subject = subject;
	the_last = names - 1;
	judge->chain = (struct dance_octets){ subject->certificate,
		subject->certificate_size };
	judge->peer = (struct dance_peer){
		.size = sizeof(struct dance_peer), .chain = &judge->chain, .chain_count = 1
	};
	judge->context = dance_context_new(NULL);
	judge->roster = judge->context == NULL ? NULL : make_roster(judge->context, names);

	/* Until the last name has its answer. */
	const struct timespec pause = { 0, 10000000 };
	bool warm = false;
	for (unsigned i = 0; judge->roster != NULL && !warm && i < 3000; i++) {
		warm = run(judge);
		nanosleep(&pause, NULL);
	}
	if (!warm) {
		end(judge);
		return NULL;
	}
	return judge;
}

const struct judge judge_roster = { "libdance, warm decision", begin, run, end };
