/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Validated TLSA look-ups with a deadline. A libunbound context cannot be asked past its
 * cache, so contexts come in generations: the newest one is asked, older ones finish what
 * they have and go. That also makes a new trust anchor file known without a restart. */

#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "clock.h"
#include "generation.h"

/* Deadlines bound how long an old generation lives; this bounds their number too. */
#define GENERATION_MAX 8

#define SET_UP_AGAIN_MS 500

struct lookup {
	struct lookup *next; /* in order of deadline: all have the same time */
	struct lookup *previous;
	struct resolver *resolver;
	struct generation *generation;
	uint64_t deadline;
	int id;
	void *subject;
	struct resolver_answer held; /* until the root's keys are known; NONE: not yet told */
};

struct resolver {
	struct generation *newest;
	struct lookup *first, *last;
	resolver_done done;
	void *arg;
	uint32_t generations;
	int wake_read, wake_write;
	struct generation_settings settings;
	uint64_t failed; /* clock_ms() when no context could be made, and why */
	char failed_why[DANCE_ERROR_SIZE];
};

struct resolver *resolver_new(const struct dance_context_options *options,
	resolver_done done, void *arg)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (resolver == NULL) {
		return NULL;
	}
	int ends[2];
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) {
		free(resolver);
		return NULL;
	}
	resolver->wake_read = ends[0];
	resolver->wake_write = ends[1];
	resolver->done = done;
	resolver->arg = arg;
	if (!generation_settings_copy(&resolver->settings, options)) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

static void lookup_free(struct lookup *lookup)
{
	struct resolver *resolver = lookup->resolver;
	*(lookup->previous != NULL ? &lookup->previous->next : &resolver->first) =
		lookup->next;
	*(lookup->next != NULL ? &lookup->next->previous : &resolver->last) =
		lookup->previous;
	lookup->generation->under_way--;
	free(lookup);
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL) {
		return;
	}
	while (resolver->first != NULL) {
		lookup_free(resolver->first);
	}
	while (resolver->newest != NULL) {
		struct generation *older = resolver->newest->older;
		generation_free(resolver->newest);
		resolver->newest = older;
	}
	close(resolver->wake_read);
	close(resolver->wake_write);
	generation_settings_clear(&resolver->settings);
	free(resolver);
}

/* Drops the older generations that have nothing under way. */
static void sweep(struct resolver *resolver)
{
	if (resolver->newest == NULL) {
		return;
	}
	struct generation **at = &resolver->newest->older;
	while (*at != NULL) {
		struct generation *generation = *at;
		if (generation->under_way == 0) {
			*at = generation->older;
			generation_free(generation);
		} else {
			at = &generation->older;
		}
	}
}

static unsigned generation_count(const struct resolver *resolver)
{
	unsigned count = 0;
	for (const struct generation *at = resolver->newest; at != NULL; at = at->older) {
		count++;
	}
	return count;
}

/* Not every name is to try anew. */
static void remember_fault(struct resolver *resolver, const char why[DANCE_ERROR_SIZE])
{
	resolver->failed = clock_ms();
	memcpy(resolver->failed_why, why, DANCE_ERROR_SIZE);
}

static void on_root_known(void *arg, struct generation *generation);

static struct generation *make_generation(struct resolver *resolver,
	char why[DANCE_ERROR_SIZE])
{
	uint32_t number = resolver->generations == UINT32_MAX ? 1 : resolver->generations + 1;
	struct generation *generation = generation_new(&resolver->settings, number, why);
	if (generation == NULL) {
		remember_fault(resolver, why);
		return NULL;
	}
	resolver->generations = number;
	resolver->failed = 0;
	generation->root_known = on_root_known;
	generation->arg = resolver;
	generation->older = resolver->newest;
	resolver->newest = generation;
	return generation;
}

static struct generation *generation_for(struct resolver *resolver, uint32_t past,
	char why[DANCE_ERROR_SIZE])
{
	struct generation *newest = resolver->newest;
	if (newest != NULL && (newest->number != past ||
	    clock_ms() - newest->born < RESOLVER_GENERATION_MS ||
	    generation_count(resolver) >= GENERATION_MAX)) {
		return newest;
	}
	if (resolver->failed != 0 && clock_ms() - resolver->failed < SET_UP_AGAIN_MS) {
		memcpy(why, resolver->failed_why, DANCE_ERROR_SIZE);
		return NULL;
	}
	struct generation *generation = make_generation(resolver, why);
	sweep(resolver);
	return generation;
}

/* What a resolver that hears nothing is to say. */
static void say_silence(const struct resolver *resolver, char text[DANCE_ERROR_SIZE])
{
	char servers[DANCE_ERROR_SIZE];
	generation_servers(&resolver->settings, servers);
	snprintf(text, DANCE_ERROR_SIZE, "no usable answer from %.140s%s", servers,
		resolver->settings.forwarders[0] == NULL ?
		": open port 53 to the Internet, or set a resolver" : "");
}

static bool is_silent(const struct generation *generation)
{
	return generation->root == ROOT_UNKNOWN || generation->root == ROOT_FAILED;
}

void resolver_say_silence(const struct resolver *resolver, char text[DANCE_ERROR_SIZE])
{
	text[0] = '\0';
	if (resolver->newest != NULL && is_silent(resolver->newest)) {
		say_silence(resolver, text);
	}
}

/* That a name is not signed is proved from the root down (RFC 4035 4.3): without a root that
 * validates, it only means that nothing was looked at. */
static void doubt(const struct lookup *lookup, struct resolver_answer *answer,
	char why[DANCE_ERROR_SIZE])
{
	answer->ttl = 0;
	answer->why = why;
	switch (lookup->generation->root) {
	case ROOT_BOGUS:
		answer->outcome = RESOLVER_BOGUS;
		snprintf(why, DANCE_ERROR_SIZE, "the root's keys are not those of %s",
			lookup->resolver->settings.trust_anchor);
		break;
	case ROOT_UNPROVED:
		answer->outcome = RESOLVER_NONE;
		snprintf(why, DANCE_ERROR_SIZE, "trust anchor %s: libunbound cannot validate "
			"by it", lookup->resolver->settings.trust_anchor);
		break;
	case ROOT_SECURE:
	case ROOT_UNKNOWN:
	case ROOT_FAILED:
		answer->outcome = RESOLVER_FAILED;
		answer->why = "the root's keys were not found";
		break;
	}
}

/* Tells of the end of a look-up, in the light of what is known of the root. */
static void settle(struct lookup *lookup, struct resolver_answer answer)
{
	struct resolver *resolver = lookup->resolver;
	char doubts[DANCE_ERROR_SIZE], silence[DANCE_ERROR_SIZE];
	char why[2 * DANCE_ERROR_SIZE];
	if (answer.outcome == RESOLVER_INSECURE && lookup->generation->root != ROOT_SECURE) {
		doubt(lookup, &answer, doubts);
	}
	if ((answer.outcome == RESOLVER_FAILED || answer.outcome == RESOLVER_TIMEOUT) &&
	    is_silent(lookup->generation)) {
		say_silence(resolver, silence);
		snprintf(why, sizeof(why), "%s%s%s", answer.why,
			answer.why[0] != '\0' ? ", " : "", silence);
		answer.why = why;
	}
	resolver->done(resolver->arg, lookup->subject, &answer);
	lookup_free(lookup);
}

static void on_root_known(void *arg, struct generation *generation)
{
	struct resolver *resolver = arg;
	struct lookup *next;
	for (struct lookup *at = resolver->first; at != NULL; at = next) {
		next = at->next;
		if (at->generation == generation && at->held.outcome != RESOLVER_NONE) {
			settle(at, at->held);
		}
	}
}

static void on_result(void *arg, int error, struct ub_result *result)
{
	struct lookup *lookup = arg;
	struct answer answer;
	answer_read(&answer, error, result);
	if (lookup->generation->root_under_way &&
	    (answer.told.outcome == RESOLVER_INSECURE ||
	    answer.told.outcome == RESOLVER_FAILED)) {
		lookup->held = answer.told; /* without records, and with a constant reason */
	} else {
		settle(lookup, answer.told);
	}
	answer_clear(&answer);
	ub_resolve_free(result);
}

/* A context whose settings turned out wrong with the first look-up stays wrong. */
static void drop_unasked(struct resolver *resolver, const char why[DANCE_ERROR_SIZE])
{
	struct generation *newest = resolver->newest;
	if (!newest->asked) {
		resolver->newest = newest->older;
		generation_free(newest);
		remember_fault(resolver, why);
	}
}

uint32_t resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	struct generation *generation = generation_for(resolver, past, why);
	if (generation == NULL) {
		return 0;
	}
	struct lookup *lookup = calloc(1, sizeof(*lookup));
	if (lookup == NULL) {
		snprintf(why, DANCE_ERROR_SIZE, "%s", strerror(ENOMEM));
		return 0;
	}
	lookup->resolver = resolver;
	lookup->generation = generation;
	lookup->deadline = clock_ms() + RESOLVER_DEADLINE_MS;
	lookup->subject = subject;
	int error = generation_ask(generation, name, lookup, on_result, &lookup->id);
	if (error != 0) {
		snprintf(why, DANCE_ERROR_SIZE, "libunbound: %s", ub_strerror(error));
		free(lookup);
		drop_unasked(resolver, why);
		return 0;
	}
	generation->under_way++;
	lookup->previous = resolver->last;
	*(resolver->last != NULL ? &resolver->last->next : &resolver->first) = lookup;
	resolver->last = lookup;
	return generation->number;
}

/* A context whose thread is gone answers nothing any more, and says so for ever. */
static void drop_lost(struct resolver *resolver, struct generation *lost, int error)
{
	const struct resolver_answer answer = { .outcome = RESOLVER_FAILED,
		.why = error != 0 ? ub_strerror(error) : "libunbound has stopped" };
	struct lookup *next;
	for (struct lookup *at = resolver->first; at != NULL; at = next) {
		next = at->next;
		if (at->generation == lost) {
			(void)ub_cancel(lost->context, at->id);
			resolver->done(resolver->arg, at->subject, &answer);
			lookup_free(at);
		}
	}
	struct generation **at = &resolver->newest;
	while (*at != lost) {
		at = &(*at)->older;
	}
	*at = lost->older;
	generation_free(lost);
}

static void expire(struct resolver *resolver)
{
	const struct resolver_answer late = { .outcome = RESOLVER_TIMEOUT, .why = "" };
	uint64_t now = clock_ms();
	while (resolver->first != NULL && resolver->first->deadline <= now) {
		struct lookup *lookup = resolver->first;
		if (lookup->held.outcome != RESOLVER_NONE) {
			settle(lookup, lookup->held);
			continue;
		}
		(void)ub_cancel(lookup->generation->context, lookup->id);
		settle(lookup, late);
	}
}

static int time_left(const struct resolver *resolver, int timeout_ms)
{
	if (resolver->first == NULL) {
		return timeout_ms;
	}
	uint64_t now = clock_ms();
	uint64_t deadline = resolver->first->deadline;
	uint64_t left = deadline > now ? deadline - now : 0;
	return timeout_ms < 0 || left < (uint64_t)timeout_ms ? (int)left : timeout_ms;
}

void resolver_wait(struct resolver *resolver, int timeout_ms)
{
	struct pollfd fds[1 + GENERATION_MAX];
	struct generation *generations[1 + GENERATION_MAX];
	nfds_t count = 1;
	fds[0] = (struct pollfd){ .fd = resolver->wake_read, .events = POLLIN };
	for (struct generation *at = resolver->newest; at != NULL && count <= GENERATION_MAX;
	     at = at->older, count++) {
		fds[count] = (struct pollfd){ .fd = ub_fd(at->context), .events = POLLIN };
		generations[count] = at;
	}

	if (poll(fds, count, time_left(resolver, timeout_ms)) > 0) {
		char drain[64];
		while (fds[0].revents != 0 &&
		       read(resolver->wake_read, drain, sizeof(drain)) > 0) {
		}
		for (nfds_t i = 1; i < count; i++) {
			int error = fds[i].revents != 0 ?
				ub_process(generations[i]->context) : 0;
			if (error != 0 || (fds[i].revents & ~POLLIN) != 0) {
				drop_lost(resolver, generations[i], error);
			}
		}
	}
	expire(resolver);
	sweep(resolver);
}

void resolver_wake(struct resolver *resolver)
{
	/* A full pipe wakes as well. */
	ssize_t written = write(resolver->wake_write, "", 1);
	(void)written;
}

bool resolver_check_forwarder(const char *address)
{
	char host[INET6_ADDRSTRLEN];
	size_t length = strcspn(address, "@");
	if (length == 0 || length >= sizeof(host)) {
		return false;
	}
	memcpy(host, address, length);
	host[length] = '\0';

	if (address[length] == '@') {
		char *end;
		const char *digits = address + length + 1;
		long port = strtol(digits, &end, 10);
		if (*digits < '0' || *digits > '9' || *end != '\0' || port < 1 ||
		    port > 65535) {
			return false;
		}
	}
	unsigned char binary[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, host, binary) == 1 ||
		inet_pton(AF_INET6, host, binary) == 1;
}
