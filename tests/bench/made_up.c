/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of resolver.c: each name has a record, or none, at once. */

#include "made_up.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "resolver.h"

static unsigned char the_digest[32];
static size_t the_last;

void made_up_say(const unsigned char digest[32], size_t number)
{
	memcpy(the_digest, digest, sizeof(the_digest));
	the_last = number;
}

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
		bool stranger;
	} pending[MADE_UP_MAX];
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
		pthread_condattr_t attributes;
		pthread_condattr_init(&attributes);
		pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
		pthread_cond_init(&resolver->woken, &attributes);
		pthread_condattr_destroy(&attributes);
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
	if (resolver->count == MADE_UP_MAX) {
		snprintf(why, DANCE_ERROR_SIZE, "too many");
		return 0;
	}
	resolver->pending[resolver->count].subject = subject;
	resolver->pending[resolver->count].number = strtoul(name + 1, NULL, 10);
	resolver->pending[resolver->count].stranger = name[0] == 'x';
	resolver->count++;
	return 1;
}

/* There are no lists here. */
uint32_t resolver_start_names(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	(void)resolver;
	(void)name;
	(void)past;
	(void)subject;
	snprintf(why, DANCE_ERROR_SIZE, "lists are not made up");
	return 0;
}

static void deny(struct resolver *resolver, void *subject)
{
	const struct resolver_answer denied = {
		.outcome = RESOLVER_DENIED, .ttl = 3600, .why = ""
	};
	resolver->done(resolver->arg, subject, &denied);
}

static void answer(struct resolver *resolver, void *subject, size_t number)
{
	unsigned char digest[32];
	memcpy(digest, the_digest, sizeof(digest));
	if (number != the_last && the_last != MADE_UP_ALL) {
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
		if (resolver->pending[i].stranger) {
			deny(resolver, resolver->pending[i].subject);
		} else {
			answer(resolver, resolver->pending[i].subject,
				resolver->pending[i].number);
		}
	}
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += timeout_ms % 1000 * 1000000l;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&resolver->lock);
	if (count == 0 && !resolver->wake && timeout_ms != 0) {
		(void)pthread_cond_timedwait(&resolver->woken, &resolver->lock, &until);
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

void resolver_say_silence(const struct resolver *resolver, char text[DANCE_ERROR_SIZE])
{
	(void)resolver;
	text[0] = '\0';
}

enum trust_anchor_news resolver_anchor_news(struct resolver *resolver,
	const struct trust_anchor **anchor)
{
	static const struct trust_anchor none; /* without keys */
	(void)resolver;
	*anchor = &none;
	return TRUST_ANCHOR_NO_NEWS;
}

bool resolver_check_forwarder(const char *address)
{
	(void)address;
	return false;
}
