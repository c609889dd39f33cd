/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Validated TLSA look-ups by libunbound, which is met in this file only. A libunbound
 * context cannot be asked past its cache, so contexts come in generations: the newest one
 * is asked, older ones finish what they have and go. That also makes a new trust anchor
 * file known without a restart. */

#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound.h>
#include <unistd.h>

#include "clock.h"
#include "tlsa.h"
#include "trust_anchor.h"

#define RR_TYPE_TLSA 52
#define RR_CLASS_IN 1

/* Deadlines bound how long an old generation lives; this bounds their number too. */
#define GENERATION_MAX 8

#define SET_UP_AGAIN_MS 500

struct generation {
	struct generation *older;
	struct ub_ctx *context;
	uint32_t number;
	uint64_t born;
	unsigned under_way;
	bool asked; /* libunbound reads its settings with the first look-up */
};

struct lookup {
	struct lookup *next; /* in order of deadline: all have the same time */
	struct lookup *previous;
	struct resolver *resolver;
	struct generation *generation;
	uint64_t deadline;
	int id;
	void *subject;
};

struct resolver {
	struct generation *newest;
	struct lookup *first, *last;
	resolver_done done;
	void *arg;
	uint32_t generations;
	int wake_read, wake_write;
	char *trust_anchor;
	char *root_hints;
	char *forwarders[DANCE_FORWARDER_MAX];
	uint64_t failed; /* clock_ms() when no context could be made, and why */
	char failed_why[DANCE_ERROR_SIZE];
};

static bool copy_options(struct resolver *resolver,
	const struct dance_context_options *options)
{
	const char *anchor = options->trust_anchor != NULL ? options->trust_anchor :
		RESOLVER_TRUST_ANCHOR;
	resolver->trust_anchor = strdup(anchor);
	if (resolver->trust_anchor == NULL) {
		return false;
	}
	if (options->root_hints != NULL) {
		resolver->root_hints = strdup(options->root_hints);
		if (resolver->root_hints == NULL) {
			return false;
		}
	}
	for (size_t i = 0; i < DANCE_FORWARDER_MAX && options->forwarders[i] != NULL; i++) {
		resolver->forwarders[i] = strdup(options->forwarders[i]);
		if (resolver->forwarders[i] == NULL) {
			return false;
		}
	}
	return true;
}

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
	if (!copy_options(resolver, options)) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

static void generation_free(struct generation *generation)
{
	ub_ctx_delete(generation->context);
	free(generation);
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
	free(resolver->trust_anchor);
	free(resolver->root_hints);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		free(resolver->forwarders[i]);
	}
	free(resolver);
}

static int set_up(const struct resolver *resolver, struct ub_ctx *context,
	const char **what)
{
	/* More sockets and room than a stub needs: a roster may hold many names. A denial
	 * must be of the name asked, not made up from its neighbours: a record may just
	 * have been published. */
	static const char *const settings[][2] = {
		{ "outgoing-range:", "512" },
		{ "num-queries-per-thread:", "1024" },
		{ "aggressive-nsec:", "no" },
	};

	*what = "libunbound";
	ub_ctx_debugout(context, NULL);
	int error = ub_ctx_async(context, 1); /* a thread; the default forks */
	for (size_t i = 0; error == 0 && i < sizeof(settings) / sizeof(settings[0]); i++) {
		error = ub_ctx_set_option(context, settings[i][0], settings[i][1]);
	}
	if (error != 0) {
		return error;
	}
	*what = resolver->trust_anchor;
	error = ub_ctx_add_ta_file(context, resolver->trust_anchor);
	if (error == 0 && resolver->root_hints != NULL) {
		*what = resolver->root_hints;
		error = ub_ctx_set_option(context, "root-hints:", resolver->root_hints);
	}
	for (size_t i = 0; error == 0 && i < DANCE_FORWARDER_MAX &&
	     resolver->forwarders[i] != NULL; i++) {
		*what = resolver->forwarders[i];
		error = ub_ctx_set_fwd(context, resolver->forwarders[i]);
	}
	return error;
}

static struct generation *generation_new(struct resolver *resolver,
	char why[DANCE_ERROR_SIZE])
{
	if (!trust_anchor_check(resolver->trust_anchor, why)) {
		return NULL;
	}
	struct generation *generation = calloc(1, sizeof(*generation));
	struct ub_ctx *context = ub_ctx_create();
	if (generation == NULL || context == NULL) {
		snprintf(why, DANCE_ERROR_SIZE, "no libunbound context: %s",
			strerror(errno));
		goto fail;
	}
	const char *what;
	int error = set_up(resolver, context, &what);
	if (error != 0) {
		snprintf(why, DANCE_ERROR_SIZE, "%s: %s", what, ub_strerror(error));
		goto fail;
	}

	if (++resolver->generations == 0) {
		resolver->generations = 1;
	}
	generation->context = context;
	generation->number = resolver->generations;
	generation->born = clock_ms();
	return generation;
fail:
	ub_ctx_delete(context);
	free(generation);
	return NULL;
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
	struct generation *generation = generation_new(resolver, why);
	if (generation == NULL) {
		remember_fault(resolver, why);
		return NULL;
	}
	resolver->failed = 0;
	generation->older = newest;
	resolver->newest = generation;
	sweep(resolver);
	return generation;
}

static void done(const struct lookup *lookup, const struct resolver_answer *answer)
{
	lookup->resolver->done(lookup->resolver->arg, lookup->subject, answer);
}

static void answer_secure(struct lookup *lookup, const struct ub_result *result)
{
	struct dance_tlsa records[TLSA_RECORD_MAX + 1];
	size_t count = 0;
	/* One more than TLSA_RECORD_MAX is passed on, to be refused as too many. */
	for (; result->data[count] != NULL && count <= TLSA_RECORD_MAX; count++) {
		const unsigned char *data = (const unsigned char *)result->data[count];
		/* Without its three octets it is a record of no known usage. */
		records[count] = (struct dance_tlsa){ .usage = UINT8_MAX };
		if (result->len[count] >= 3) {
			records[count] = (struct dance_tlsa){
				data[0], data[1], data[2], data + 3,
				(size_t)result->len[count] - 3,
			};
		}
	}
	struct resolver_answer answer = {
		.outcome = RESOLVER_SECURE,
		.records = records,
		.count = count,
		.ttl = result->ttl > 0 ? (uint32_t)result->ttl : 0,
		.why = "",
	};
	done(lookup, &answer);
}

static const char *rcode_text(int rcode)
{
	switch (rcode) {
	case 2:
		return "SERVFAIL";
	case 5:
		return "REFUSED";
	default:
		return "no usable answer";
	}
}

static void answer(struct lookup *lookup, int error, const struct ub_result *result)
{
	struct resolver_answer answer = { .outcome = RESOLVER_FAILED, .why = "" };
	if (error != 0 || result == NULL) {
		answer.why = error != 0 ? ub_strerror(error) : "no result";
	} else if (result->bogus) {
		answer.outcome = RESOLVER_BOGUS;
		answer.why = result->why_bogus != NULL ? result->why_bogus : "";
	} else if (result->rcode != 0 && !result->nxdomain) {
		answer.why = rcode_text(result->rcode);
	} else {
		answer.ttl = result->ttl > 0 ? (uint32_t)result->ttl : 0;
		if (!result->secure) {
			answer.outcome = RESOLVER_INSECURE;
		} else if (!result->havedata) {
			answer.outcome = RESOLVER_DENIED;
			answer.why = result->nxdomain ? "no such name" :
				"the name has no TLSA record";
		} else {
			answer_secure(lookup, result);
			return;
		}
	}
	done(lookup, &answer);
}

static void on_result(void *arg, int error, struct ub_result *result)
{
	struct lookup *lookup = arg;
	answer(lookup, error, result);
	lookup_free(lookup);
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
	int error = ub_resolve_async(generation->context, name, RR_TYPE_TLSA, RR_CLASS_IN,
		lookup, on_result, &lookup->id);
	if (error != 0) {
		snprintf(why, DANCE_ERROR_SIZE, "libunbound: %s", ub_strerror(error));
		free(lookup);
		drop_unasked(resolver, why);
		return 0;
	}
	generation->asked = true;
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
			done(at, &answer);
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
	const struct resolver_answer answer = { .outcome = RESOLVER_TIMEOUT, .why = "" };
	uint64_t now = clock_ms();
	while (resolver->first != NULL && resolver->first->deadline <= now) {
		struct lookup *lookup = resolver->first;
		(void)ub_cancel(lookup->generation->context, lookup->id);
		done(lookup, &answer);
		lookup_free(lookup);
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
