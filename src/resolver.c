/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Validated lookups of TLSA and PTR records with a deadline. A libunbound context cannot be asked
 * past its cache, nor be given other keys to start from, so contexts come in generations: the
 * newest one is asked, older ones finish what they have and go. All of them work in the turns of
 * one event loop; what they answer is kept until the turn is over, since no waiter may be told,
 * and no context freed, while libunbound is at work. */

#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "answer.h"
#include "clock.h"
#include "event_loop.h"
#include "generation.h"

/* Deadlines bound how long an old generation lives; this bounds their number too. When keys are
 * replaced there may be more: one for each TRUST_ANCHOR_LOOK_MS of RESOLVER_DEADLINE_MS. */
#define GENERATION_MAX 8

#define SET_UP_AGAIN_MS 500

struct lookup {
	TAILQ_ENTRY(lookup) link;
	struct resolver *resolver;
	struct generation *generation;
	uint64_t deadline;
	int id;
	void *subject;
	bool answered; /* and `done` not yet called */
	struct answer answer;
};

struct resolver {
	struct generation *newest;
	TAILQ_HEAD(, lookup) lookups; /* in order of deadline: all have the same time */
	resolver_done done;
	void *arg;
	uint32_t generations;
	struct event_loop *loop;
	bool news; /* some lookup has ended, or the root's keys are known */
	enum trust_anchor_news anchor_news;
	uint32_t anchor_read; /* the anchor's, when it was compared with these keys */
	struct root_roll root_keys;
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
	TAILQ_INIT(&resolver->lookups);
	resolver->loop = event_loop_new();
	resolver->done = done;
	resolver->arg = arg;
	if (resolver->loop == NULL ||
		!generation_settings_copy(&resolver->settings, options)) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

static void lookup_free(struct lookup *lookup)
{
	struct resolver *resolver = lookup->resolver;
	if (!lookup->answered) {
		generation_give_up(lookup->generation, lookup->id);
	}
	TAILQ_REMOVE(&resolver->lookups, lookup, link);
	lookup->generation->under_way--;
	answer_clear(&lookup->answer);
	free(lookup);
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL) {
		return;
	}
	struct lookup *lookup;
	while ((lookup = TAILQ_FIRST(&resolver->lookups)) != NULL) {
		lookup_free(lookup);
	}
	while (resolver->newest != NULL) {
		struct generation *older = resolver->newest->older;
		generation_free(resolver->newest);
		resolver->newest = older;
	}
	event_loop_free(resolver->loop);
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
	memcpy(resolver->failed_why, why, sizeof(resolver->failed_why));
}

static void on_root_known(void *arg, struct generation *generation);

static struct generation *make_generation(struct resolver *resolver,
	char why[DANCE_ERROR_SIZE])
{
	uint32_t number = resolver->generations % UINT32_MAX + 1; /* never 0 */
	struct generation *generation = generation_new(&resolver->settings, resolver->loop,
		number, why);
	if (generation == NULL) {
		remember_fault(resolver, why);
		return NULL;
	}
	resolver->generations = number;
	generation->root_known = on_root_known;
	generation->arg = resolver;
	generation->older = resolver->newest;
	resolver->newest = generation;
	return generation;
}

/* Has somebody set the clock on the wall since? A context's cache goes by that clock, and no record
 * may outlive its TTL. */
static bool has_stepped(const struct generation *generation)
{
	int64_t by = clock_wall_ahead() - generation->wall_ahead;
	return by >= RESOLVER_STEP_MS || by <= -RESOLVER_STEP_MS;
}

/* May it be asked for a name that was last answered by `past`? */
static bool is_current(const struct resolver *resolver, const struct generation *newest,
	uint32_t past)
{
	if (newest == NULL || newest->anchor != resolver->settings.anchor.count) {
		return false;
	}
	bool is_old = newest->number == past &&
		clock_ms() - newest->born >= RESOLVER_GENERATION_MS;
	return (!is_old && !has_stepped(newest)) ||
		generation_count(resolver) >= GENERATION_MAX;
}

static struct generation *generation_for(struct resolver *resolver, uint32_t past,
	char why[DANCE_ERROR_SIZE])
{
	if (is_current(resolver, resolver->newest, past)) {
		return resolver->newest;
	}
	if (resolver->failed != 0 && clock_ms() - resolver->failed < SET_UP_AGAIN_MS) {
		memcpy(why, resolver->failed_why, sizeof(resolver->failed_why));
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
			": open port 53 to the Internet, or set a resolver" :
			"");
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
		snprintf(why, DANCE_ERROR_SIZE,
			"the root's keys do not match the trust anchor %s",
			lookup->resolver->settings.anchor.path);
		break;
	case ROOT_UNPROVED:
		answer->outcome = RESOLVER_NONE;
		snprintf(why, DANCE_ERROR_SIZE, "trust anchor %s: libunbound cannot use it",
			lookup->resolver->settings.anchor.path);
		break;
	case ROOT_SECURE:
	case ROOT_UNKNOWN:
	case ROOT_FAILED:
		answer->outcome = RESOLVER_FAILED;
		answer->why = "the root's keys were not found";
		break;
	}
}

/* Tells of the end of a lookup, in the light of what is known of the root. */
static void settle(struct lookup *lookup, struct resolver_answer answer)
{
	struct resolver *resolver = lookup->resolver;
	char doubts[DANCE_ERROR_SIZE], silence[DANCE_ERROR_SIZE];
	char why[2 * DANCE_ERROR_SIZE];
	if (answer.outcome == RESOLVER_INSECURE && lookup->generation->root != ROOT_SECURE) {
		doubt(lookup, &answer, doubts);
	}
	if (has_stepped(lookup->generation)) {
		answer.ttl = 0; /* what it is said to be was counted by two clocks */
	}
	if ((answer.outcome == RESOLVER_FAILED || answer.outcome == RESOLVER_TIMEOUT) &&
		is_silent(lookup->generation)) {
		say_silence(resolver, silence);
		snprintf(why, sizeof(why), "%s%s%s", answer.why,
			*answer.why != '\0' ? ", " : "", silence);
		answer.why = why;
	}
	resolver->done(resolver->arg, lookup->subject, &answer);
	lookup_free(lookup);
}

/* What of the root's keys the trust anchor's file does not follow. */
static void compare_anchor(struct resolver *resolver)
{
	struct trust_anchor *anchor = &resolver->settings.anchor;
	unsigned tag = 0;
	resolver->anchor_read = anchor->read;
	if (anchor->keys == NULL) {
		return; /* that is another trouble */
	}
	enum root_roll_news news = root_roll_judge(&resolver->root_keys, anchor, &tag);
	root_roll_text(news, tag, anchor->aging);
}

/* Validation needs the root's keys anyway: no lookup is made for this. */
static void on_root_known(void *arg, struct generation *generation)
{
	struct resolver *resolver = arg;
	resolver->news = true;
	if (generation->root == ROOT_SECURE && generation == resolver->newest &&
		!generation->root_keys.cut) {
		root_roll_follow(&generation->root_keys, &resolver->root_keys);
		resolver->root_keys = generation->root_keys;
		compare_anchor(resolver);
	}
}

static void end(struct lookup *lookup)
{
	lookup->answered = true;
	lookup->resolver->news = true;
}

/* libunbound calls back, maybe before resolver_start() has ended. */
static void on_answer(void *arg, int rcode, void *packet, int size, int security,
	char *why_bogus, int limited)
{
	struct lookup *lookup = arg;
	(void)limited;
	answer_read(&lookup->answer, rcode, packet, size, security, why_bogus);
	end(lookup);
}

static void on_names(void *arg, int rcode, void *packet, int size, int security,
	char *why_bogus, int limited)
{
	struct lookup *lookup = arg;
	(void)limited;
	answer_read_names(&lookup->answer, rcode, packet, size, security, why_bogus);
	end(lookup);
}

/* What a failure means, or that something is not signed, depends on the root's keys: it is told
 * when their lookup has ended. */
static bool waits_for_root(const struct lookup *lookup)
{
	return lookup->generation->root_under_way &&
		(lookup->answer.told.outcome == RESOLVER_INSECURE ||
			lookup->answer.told.outcome == RESOLVER_FAILED);
}

static void tell(struct resolver *resolver)
{
	struct lookup *next;
	if (!resolver->news) {
		return;
	}
	resolver->news = false;
	for (struct lookup *at = TAILQ_FIRST(&resolver->lookups); at != NULL; at = next) {
		next = TAILQ_NEXT(at, link);
		if (at->answered && !waits_for_root(at)) {
			settle(at, at->answer.told);
		}
	}
}

/* A context whose first lookup could not be started is not used again, since only half of it may
 * have been set up. */
static void drop_unasked(struct resolver *resolver, const char why[DANCE_ERROR_SIZE])
{
	struct generation *newest = resolver->newest;
	if (!newest->asked) {
		resolver->newest = newest->older;
		generation_free(newest);
		remember_fault(resolver, why);
	}
}

static void look_at_anchor(struct resolver *resolver)
{
	enum trust_anchor_news news = trust_anchor_look(&resolver->settings.anchor);
	if (news != TRUST_ANCHOR_NO_NEWS) {
		resolver->anchor_news = news;
	}
	if (resolver->settings.anchor.read != resolver->anchor_read) {
		compare_anchor(resolver);
	}
}

enum trust_anchor_news resolver_anchor_news(struct resolver *resolver,
	const struct trust_anchor **anchor)
{
	enum trust_anchor_news news = resolver->anchor_news;
	resolver->anchor_news = TRUST_ANCHOR_NO_NEWS;
	*anchor = &resolver->settings.anchor;
	return news;
}

/* How the records of a type are asked for, and how the answer is read. */
struct question {
	int (*ask)(struct generation *generation, const char *name, void *arg,
		ub_event_callback_type done, int *id);
	ub_event_callback_type done;
};

static uint32_t start(struct resolver *resolver, const struct question *question,
	const char *name, uint32_t past, void *subject, char why[DANCE_ERROR_SIZE])
{
	look_at_anchor(resolver);
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
	int error = question->ask(generation, name, lookup, question->done, &lookup->id);
	if (error != 0) {
		snprintf(why, DANCE_ERROR_SIZE, "libunbound: %s", ub_strerror(error));
		answer_clear(&lookup->answer);
		free(lookup);
		drop_unasked(resolver, why);
		return 0;
	}
	generation->under_way++;
	TAILQ_INSERT_TAIL(&resolver->lookups, lookup, link);
	return generation->number;
}

uint32_t resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	static const struct question records = { generation_ask, on_answer };
	return start(resolver, &records, name, past, subject, why);
}

uint32_t resolver_start_names(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE])
{
	static const struct question names = { generation_ask_names, on_names };
	return start(resolver, &names, name, past, subject, why);
}

static void expire(struct resolver *resolver)
{
	const struct resolver_answer late = { .outcome = RESOLVER_TIMEOUT, .why = "" };
	uint64_t now = clock_ms();
	struct lookup *lookup;
	while ((lookup = TAILQ_FIRST(&resolver->lookups)) != NULL &&
		lookup->deadline <= now) {
		settle(lookup, lookup->answered ? lookup->answer.told : late);
	}
}

static int time_left(const struct resolver *resolver, int timeout_ms)
{
	const struct lookup *first = TAILQ_FIRST(&resolver->lookups);
	if (first == NULL) {
		return timeout_ms;
	}
	uint64_t now = clock_ms();
	uint64_t deadline = first->deadline;
	uint64_t left = deadline > now ? deadline - now : 0;
	return timeout_ms < 0 || left < (uint64_t)timeout_ms ? (int)left : timeout_ms;
}

void resolver_wait(struct resolver *resolver, int timeout_ms)
{
	event_loop_turn(resolver->loop,
		resolver->news ? 0 : time_left(resolver, timeout_ms));
	tell(resolver);
	expire(resolver);
	sweep(resolver);
	look_at_anchor(resolver);
}

void resolver_wake(struct resolver *resolver)
{
	event_loop_wake(resolver->loop);
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
