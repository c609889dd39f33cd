/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Calls of libunbound that fail, one place after the other: nothing crashes, nobody is told of
 * records that were not found, a context that did not begin is not asked again, and what comes
 * later is looked up. And very many names, and lookups that nobody waits for any more. */

#include "check.h"
#include "fake_clock.h"
#include "resolver_scene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound-event.h>
#include <unbound.h>

#define WINDOW 256
#define MANY 10000
#define START_AGAIN_MS 500 /* after a context could not be made */

/* --- libunbound, and what fails of it ----------------------------------------------------- */

static struct {
	bool no_context; /* none can be made */
	unsigned made;
	int error;             /* of the next question; 0: it is asked */
	bool late;             /* and asked nevertheless */
	struct ub_ctx *spoilt; /* where the first question failed */
	unsigned asked;
	unsigned event; /* the n-th event cannot be made, nor any after it; 0: all can */
	unsigned events;
	unsigned deleting;
} ub;

static struct ub_event_base_vmt own_calls;
static struct ub_event *(*real_new_event)(struct ub_event_base *base, int fd, short bits,
	void (*callback)(int, short, void *), void *arg);

static struct ub_event *new_event(struct ub_event_base *base, int fd, short bits,
	void (*callback)(int, short, void *), void *arg)
{
	ub.events++;
	return ub.event != 0 && ub.events >= ub.event ?
		NULL :
		real_new_event(base, fd, bits, callback, arg);
}

struct ub_ctx *__real_ub_ctx_create_ub_event(struct ub_event_base *base);
struct ub_ctx *__wrap_ub_ctx_create_ub_event(struct ub_event_base *base);
struct ub_ctx *__wrap_ub_ctx_create_ub_event(struct ub_event_base *base)
{
	ub.made++;
	if (base->vmt != &own_calls) {
		own_calls = *base->vmt;
		real_new_event = own_calls.new_event;
		own_calls.new_event = new_event;
		base->vmt = &own_calls;
	}
	return ub.no_context ? NULL : __real_ub_ctx_create_ub_event(base);
}

void __real_ub_ctx_delete(struct ub_ctx *context);
void __wrap_ub_ctx_delete(struct ub_ctx *context);
void __wrap_ub_ctx_delete(struct ub_ctx *context)
{
	if (ub.spoilt == context) {
		ub.spoilt = NULL; /* another one may be put there */
	}
	ub.deleting++;
	__real_ub_ctx_delete(context);
	ub.deleting--;
}

int __real_ub_resolve_event(struct ub_ctx *context, const char *name, int type, int class,
	void *arg, ub_event_callback_type callback, int *id);
int __wrap_ub_resolve_event(struct ub_ctx *context, const char *name, int type, int class,
	void *arg, ub_event_callback_type callback, int *id);
int __wrap_ub_resolve_event(struct ub_ctx *context, const char *name, int type, int class,
	void *arg, ub_event_callback_type callback, int *id)
{
	if (context == ub.spoilt) {
		fail_msg("%s is asked where the first question failed", name);
	}
	int error = ub.error;
	if (error != 0 && strcmp(name, ".") != 0) {
		ub.error = 0;
		ub.spoilt = ub.asked == 0 ? context : NULL;
		if (ub.late) {
			(void)__real_ub_resolve_event(context, name, type, class, arg,
				callback, id);
		}
		return error;
	}
	ub.asked++;
	error = __real_ub_resolve_event(context, name, type, class, arg, callback, id);
	if (error != 0 && ub.asked == 1) {
		ub.spoilt = context;
	}
	return error;
}

static bool no_memory;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

static int begin(void **state)
{
	no_memory = false;
	memset(&ub, 0, sizeof(ub));
	return resolver_scene_begin(state);
}

static int end(void **state)
{
	memset(&ub, 0, sizeof(ub));
	return resolver_scene_end(state);
}

static void renew(void)
{
	resolver_free(resolver);
	memset(&ub, 0, sizeof(ub));
	resolver = resolver_with(anchor, NULL, responder_address(responder));
}

/* --- no context, no question, no event ---------------------------------------------------- */

static void without_a_context_nothing_is_looked_up(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	ub.no_context = true;
	for (unsigned i = 0; i < 10; i++) {
		check_impossible(resolver, "libunbound cannot create a context");
		resolver_wait(resolver, 0);
	}
	assert_int_equal(ub.made, 1);
	fake_clock_advance(START_AGAIN_MS);
	check_impossible(resolver, "libunbound cannot create a context");
	assert_int_equal(ub.made, 2);
	ub.no_context = false;
	fake_clock_advance(START_AGAIN_MS);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	assert_int_equal(told.count, 1);
}

static void a_context_that_does_not_begin_is_not_asked_again(void **state)
{
	(void)state;
	static const int errors[] = { UB_INITFAIL, UB_NOMEM };
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	for (size_t i = 0; i < ROWS(errors); i++) {
		renew();
		unsigned before = told.count;
		ub.error = errors[i];
		check_impossible(resolver, ub_strerror(errors[i]));
		assert_null(ub.spoilt); /* it is gone */
		check_impossible(resolver, ub_strerror(errors[i]));
		assert_int_equal(ub.made, 1);
		resolver_wait(resolver, 0);
		assert_int_equal(told.count, before);
		fake_clock_advance(START_AGAIN_MS);
		assert_int_equal(ask("a.example"), RESOLVER_SECURE);
		assert_int_equal(ub.made, 2);
	}
}

/* Later on it is one question that failed, and the others are not lost with it. */
static void one_question_that_fails_is_one(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "n.example", RESPOND_NEVER, 0, NULL, 0);
	(void)start("n.example", 0);
	ub.error = UB_NOMEM;
	assert_int_equal(resolver_start(resolver, "a.example", 0, digest, why), 0);
	assert_non_null(strstr(why, ub_strerror(UB_NOMEM)));
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	assert_int_equal(ub.made, 1);
	fake_clock_advance(RESOLVER_DEADLINE_MS);
	resolver_wait(resolver, 0);
	assert_int_equal(told.count, 2);
	assert_int_equal(told.outcome, RESOLVER_TIMEOUT);
}

/* An error is the end of it, also if an answer should come. */
static void what_was_not_started_is_not_told_of(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	responder_set(responder, "b.example", RESPOND_SIGNED, 300, records, 1);
	for (unsigned warm = 0; warm < 3; warm++) {
		renew();
		memset(&told, 0, sizeof(told));
		if (warm > 0) { /* the second time it is in the cache, and comes at once */
			assert_int_equal(ask(warm == 1 ? "b.example" : "a.example"),
				RESOLVER_SECURE);
		}
		unsigned before = told.count;
		ub.late = true;
		ub.error = UB_NOMEM;
		assert_int_equal(resolver_start(resolver, "a.example", 0, digest, why), 0);
		fake_clock_advance(START_AGAIN_MS);
		assert_int_equal(ask("b.example"), RESOLVER_SECURE);
		for (unsigned i = 0; i < 20; i++) {
			resolver_wait(resolver, 1);
		}
		assert_int_equal(told.count, before + 1);
	}
}

static unsigned step(void)
{
	const char *text = getenv("DANCE_FAILURES_STEP");
	return text != NULL ? (unsigned)strtoul(text, NULL, 10) : 1;
}

/* Asks with no more than so many events. How the question ends, if it is asked at all. */
static enum resolver_outcome ask_with_events(unsigned count)
{
	char why[DANCE_ERROR_SIZE] = "";
	renew();
	ub.event = count + 1;
	unsigned before = told.count;
	if (resolver_start(resolver, "a.example", 0, digest, why) == 0) {
		assert_string_not_equal(why, "");
		assert_null(ub.spoilt);
		check_impossible(resolver, why);
		return RESOLVER_NONE;
	}
	for (unsigned i = 0; i < 20 && told.count == before; i++) {
		resolver_wait(resolver, 20);
	}
	if (told.count == before) {
		fake_clock_advance(RESOLVER_DEADLINE_MS);
		resolver_wait(resolver, 0);
	}
	assert_int_equal(told.count, before + 1);
	return told.outcome;
}

/* Of the first and the last of them each, of those between some. */
static unsigned next_event(unsigned n, unsigned all)
{
	unsigned next = n + 41 * step(), last = all - 10;
	return n < 10 || n >= last ? n + 1 : next < last ? next : last;
}

static void each_event_may_be_the_last(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	assert_int_equal(ask("a.example"), RESOLVER_SECURE);
	unsigned all = ub.events, seen[RESOLVER_TIMEOUT + 1] = { 0 };
	assert_true(all > 100);
	for (unsigned n = 0; n <= all + 3; n = next_event(n, all)) {
		enum resolver_outcome outcome = ask_with_events(n);
		seen[outcome]++;
		/* A key that could not be fetched may make it bogus (RFC 4035 4.3). */
		if (outcome == RESOLVER_DENIED || outcome == RESOLVER_INSECURE) {
			fail_msg("with %u events: outcome %d, %s", n, outcome, told.why);
		}
		/* There are events again. */
		ub.event = 0;
		fake_clock_advance(RESOLVER_GENERATION_MS);
		if (ask_past("a.example", 1) == 0 || told.outcome != RESOLVER_SECURE) {
			fail_msg("after %u events: outcome %d", n, told.outcome);
		}
	}
	assert_true(seen[RESOLVER_NONE] > 10);
	assert_true(seen[RESOLVER_SECURE] > 0);
	assert_true(told.record_count == 1);
}

/* --- lookups that nobody waits for any more ---------------------------------------------- */

static void names_are_asked_again_after_they_were_given_up(void **state)
{
	(void)state;
	char name[DANCE_NAME_SIZE];
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%u.example", i);
		responder_set(responder, name, RESPOND_NEVER, 0, NULL, 0);
		(void)start(name, 0);
	}
	resolver_wait(resolver, 1);
	fake_clock_advance(RESOLVER_DEADLINE_MS);
	resolver_wait(resolver, 0);
	assert_int_equal(told.count, 100);
	assert_int_equal(told.outcome, RESOLVER_TIMEOUT);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%u.example", i);
		responder_set(responder, name, RESPOND_SIGNED, 300, records, 1);
	}
	uint32_t generation = 0;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%u.example", i);
		generation = ask_past(name, generation != 0 ? 0 : 1);
		assert_int_equal(told.outcome, RESOLVER_SECURE);
	}
	assert_int_equal(told.count, 200);
}

static void a_resolver_may_go_at_any_time(void **state)
{
	(void)state;
	char name[DANCE_NAME_SIZE];
	for (unsigned turns = 0; turns < 12; turns++) {
		responder_be(responder,
			turns % 2 == 0 ? RESPONDER_ANSWERS : RESPONDER_IS_SILENT);
		for (unsigned i = 0; i < 50; i++) {
			snprintf(name, sizeof(name), "x%u.example", i);
			(void)start(name, 0);
		}
		for (unsigned i = 0; i < turns; i++) {
			resolver_wait(resolver, 5);
		}
		unsigned before = told.count;
		renew();
		assert_int_equal(told.count, before);
		resolver_wait(resolver, 0);
		assert_int_equal(told.count, before);
	}
}

static void without_memory_nothing_is_under_way(void **state)
{
	(void)state;
	responder_set(responder, "a.example", RESPOND_SIGNED, 300, records, 1);
	(void)ask_past("a.example", 0);
	assert_int_equal(told.outcome, RESOLVER_SECURE);
	unsigned asked = ub.asked;
	no_memory = true;
	check_impossible(resolver, strerror(ENOMEM));
	no_memory = false;
	assert_int_equal(ub.asked, asked);
	(void)ask_past("a.example", 0);
	assert_int_equal(told.outcome, RESOLVER_SECURE);
}

/* --- very many ---------------------------------------------------------------------------- */

static void many_names_pass_through_the_window(void **state)
{
	(void)state;
	char name[DANCE_NAME_SIZE];
	/* A slow responder has so many fewer at once: what waits too long is asked again and
	 * again, until libunbound gives up. */
	unsigned count = MANY / step(), window = WINDOW / step() + 1;
	for (unsigned started = 0; started < count || told.count < count;) {
		while (started < count && started - told.count < window) {
			snprintf(name, sizeof(name), "m%u.example", started++);
			(void)start(name, 0);
		}
		unsigned before = told.count;
		resolver_wait(resolver, 1000);
		if (told.count > before && told.outcome != RESOLVER_DENIED) {
			fail_msg("outcome %d, %s", told.outcome, told.why);
		}
	}
	assert_int_equal(told.count, count);
	assert_int_equal(ub.made, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_context_nothing_is_looked_up),
		TEST(a_context_that_does_not_begin_is_not_asked_again),
		TEST(one_question_that_fails_is_one),
		TEST(what_was_not_started_is_not_told_of),
		TEST(each_event_may_be_the_last),
		TEST(names_are_asked_again_after_they_were_given_up),
		TEST(a_resolver_may_go_at_any_time),
		TEST(without_memory_nothing_is_under_way),
		TEST(many_names_pass_through_the_window),
	};
	return cmocka_run_group_tests(tests, resolver_scene_make, resolver_scene_clear);
}
