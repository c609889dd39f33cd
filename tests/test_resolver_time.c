/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How long the resolver sleeps, and when it gives a lookup up, over a libunbound that never
 * answers. */

#include "check.h"
#include "event_loop.h"
#include "fake_clock.h"
#include "resolver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound-event.h>
#include <unistd.h>

#define NOW 1000000

static char anchor[] = "/tmp/dance-anchor-XXXXXX";
static struct resolver *resolver;

static int slept; /* for how long, the last time */

void __wrap_event_loop_turn(struct event_loop *loop, int timeout_ms);
void __wrap_event_loop_turn(struct event_loop *loop, int timeout_ms)
{
	(void)loop;
	slept = timeout_ms;
}

int __wrap_ub_resolve_event(struct ub_ctx *context, const char *name, int type, int class,
	void *arg, ub_event_callback_type callback, int *id);
int __wrap_ub_resolve_event(struct ub_ctx *context, const char *name, int type, int class,
	void *arg, ub_event_callback_type callback, int *id)
{
	(void)context;
	(void)name;
	(void)type;
	(void)class;
	(void)arg;
	(void)callback;
	*id = 0;
	return 0;
}

static struct {
	unsigned count;
	void *subject;
	enum resolver_outcome outcome;
	char why[2 * DANCE_ERROR_SIZE];
} told;

static void on_done(void *arg, void *subject, const struct resolver_answer *answer)
{
	assert_ptr_equal(arg, &told);
	told.count++;
	told.subject = subject;
	told.outcome = answer->outcome;
	snprintf(told.why, sizeof(told.why), "%s", answer->why);
}

static int begin(void **state)
{
	(void)state;
	strcpy(anchor + strlen(anchor) - 6, "XXXXXX");
	int descriptor = mkstemp(anchor);
	FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	if (file == NULL) {
		return -1;
	}
	fputs(". IN DS 20326 8 2 "
	      "0000000000000000000000000000000000000000000000000000000000000000\n",
		file);
	fclose(file);
	fake_clock_set(NOW);
	memset(&told, 0, sizeof(told));
	const struct dance_context_options options = { .size = sizeof(options),
		.trust_anchor = anchor };
	resolver = resolver_new(&options, on_done, &told);
	return resolver != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	resolver_free(resolver);
	return unlink(anchor);
}

static void start(const char *name, void *subject)
{
	char why[DANCE_ERROR_SIZE] = "";
	if (resolver_start(resolver, name, 0, subject, why) == 0) {
		fail_msg("%s", why);
	}
}

static int sleep_for(int timeout_ms)
{
	slept = -2;
	resolver_wait(resolver, timeout_ms);
	return slept;
}

static void it_sleeps_no_longer_than_a_lookup_may_last(void **state)
{
	(void)state;
	int subjects[2];
	assert_int_equal(sleep_for(60000), 60000);
	assert_int_equal(sleep_for(-1), -1);
	start("a.example", &subjects[0]);
	static const int rows[][2] = { { 0, 0 }, { 1, 1 },
		{ RESOLVER_DEADLINE_MS - 1, RESOLVER_DEADLINE_MS - 1 },
		{ RESOLVER_DEADLINE_MS, RESOLVER_DEADLINE_MS },
		{ RESOLVER_DEADLINE_MS + 1, RESOLVER_DEADLINE_MS },
		{ -1, RESOLVER_DEADLINE_MS } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(sleep_for(rows[i][0]), rows[i][1]);
	}
	fake_clock_advance(1);
	start("b.example", &subjects[1]);
	assert_int_equal(sleep_for(-1), RESOLVER_DEADLINE_MS - 1);
	fake_clock_advance(RESOLVER_DEADLINE_MS - 2);
	assert_int_equal(sleep_for(60000), 1);
	assert_int_equal(told.count, 0);
	fake_clock_advance(1);
	assert_int_equal(sleep_for(60000), 0);
	assert_int_equal(told.count, 1);
	assert_ptr_equal(told.subject, &subjects[0]);
	assert_int_equal(told.outcome, RESOLVER_TIMEOUT);
	assert_string_equal(told.why,
		"no usable answer from the root servers: open port 53 to the Internet, or set a "
		"resolver");
	assert_int_equal(sleep_for(60000), 1);
	fake_clock_advance(5); /* later than it should be */
	assert_int_equal(sleep_for(60000), 0);
	assert_int_equal(told.count, 2);
	assert_ptr_equal(told.subject, &subjects[1]);
	assert_int_equal(sleep_for(60000), 60000);
}

static void what_is_under_way_at_the_end_is_not_told_of(void **state)
{
	(void)state;
	start("a.example", NULL);
	assert_int_equal(sleep_for(0), 0);
	resolver_free(resolver);
	resolver = NULL;
	assert_int_equal(told.count, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_sleeps_no_longer_than_a_lookup_may_last),
		TEST(what_is_under_way_at_the_end_is_not_told_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
