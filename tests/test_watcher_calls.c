/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Claims, nudges and waits, seen from the watcher's own functions: what they wake the thread
 * for, and how long it sleeps then. */

#include "watcher_scene.h"

/* --- claims and nudges ---------------------------------------------------------------------- */

static struct owner *claim(const char *text, bool under_way, const char *refusal)
{
	const struct name name = named(text), suffix = named("example");
	struct watcher_view view = { .under_way = !under_way };
	const char *why = NULL;
	urcu_bp_read_lock();
	struct owner *owner = watcher_claim(watcher, &name, &suffix, &view, &why);
	urcu_bp_read_unlock();
	assert_int_equal(view.under_way, under_way);
	assert_int_equal(owner == NULL, refusal != NULL);
	if (refusal != NULL) {
		assert_string_equal(why, refusal);
	}
	return owner;
}

static void a_claim_wakes_it_once(void **state)
{
	(void)state;
	claim("a.example", false, "no thread can be started for lookups");
	start();
	(void)woken();
	answers("a.example", RESOLVER_SECURE, true);
	struct owner *owner = claim("a.example", true, NULL);
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_ptr_equal(claim("a.example", true, NULL), owner);
	assert_int_equal(woken(), 0);
	assert_int_equal(owner->list, OWNERS_WITHOUT_RECORDS);
	fake_resolver_release("a.example");
	assert_int_equal(owner->list, OWNERS_WITH_RECORDS);
	/* Its claim of before counts for the lookup to come; the next one takes no lock. */
	assert_int_equal(owner->claimed, 0);
	assert_ptr_equal(claim("a.example", false, NULL), owner);
	assert_int_equal(owner->claimed, 1);
	(void)woken();
	assert_ptr_equal(claim("a.example", false, NULL), owner);
	assert_int_equal(woken(), 0);
	assert_int_equal(fake_resolver_asked("a.example"), 1);
}

/* So many claims that the first one has lost its place while it was looked up. */
static void a_claim_gets_its_place_back(void **state)
{
	(void)state;
	make_anew((struct dance_context_options){ .remembered = 2 });
	start();
	for (unsigned i = 0; i < 4; i++) {
		char text[] = "a.example";
		text[0] = (char)('a' + i);
		answers(text, i == 0 ? RESOLVER_SECURE : RESOLVER_DENIED, true);
		(void)claim(text, true, NULL);
	}
	fake_resolver_settle();
	fake_resolver_release("a.example");
	struct owner *owner = claim("a.example", false, NULL);
	assert_int_equal(fake_resolver_asked("a.example"), 1);
	assert_int_equal(owner->list, OWNERS_WITH_RECORDS);
	fake_resolver_release("b.example");
	fake_resolver_release("c.example");
	fake_resolver_release("d.example");
}

static void a_nudge_brings_the_lookup_forward(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_SECURE, false);
	join(&members[0], "a.example", 0);
	struct owner *owner = members[0].owner;
	watcher_nudge(watcher, owner); /* it is due anyway */
	assert_true(owner->due <= NOW);
	start();
	(void)woken();
	assert_true(owner->due > NOW + FRESHNESS_NUDGE_MS);
	watcher_nudge(watcher, owner);
	assert_int_equal(owner->due, NOW + FRESHNESS_NUDGE_MS);
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_sleep(), FRESHNESS_NUDGE_MS);
	watcher_nudge(watcher, owner);
	assert_int_equal(woken(), 0);
	/* Not while it is looked up, nor if nobody finds it any more. */
	answers("a.example", RESOLVER_SECURE, true);
	fake_clock_advance(FRESHNESS_NUDGE_MS);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), 1);
	watcher_nudge(watcher, owner);
	assert_int_equal(woken(), 0);
	assert_int_equal(owner->place, 0);
	fake_resolver_release("a.example");
	owner->gone = true;
	watcher_nudge(watcher, owner);
	owner->gone = false;
	assert_int_equal(woken(), 0);
	watcher_leave(watcher, &members[0]);
	fake_resolver_settle();
}

/* A name that nobody lists has no next lookup, and gets one; without a thread it has to wait. */
static void a_nudge_of_what_is_not_due(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_DENIED, false);
	start();
	struct owner *owner = claim("a.example", true, NULL);
	fake_resolver_settle();
	(void)woken();
	assert_int_equal(owner->place, 0);
	watcher_nudge(watcher, owner);
	assert_int_equal(owner->due, NOW + FRESHNESS_NUDGE_MS);
	assert_int_equal(woken(), 1);
}

/* --- who waits ------------------------------------------------------------------------------ */

static struct change_count counts[2];
static const struct change_mark marks[] = { { &counts[0], 0 }, { &counts[1], 0 } };
static atomic_uint calls;

static void on_wake(void *arg)
{
	(void)arg;
	watcher_set_max_waiting(watcher, WAITING_MAX); /* it holds no lock */
	atomic_fetch_add(&calls, 1);
}

static struct waiter until(uint64_t moment)
{
	return (struct waiter){
		.wake = on_wake, .until = moment, .marks = marks, .mark_count = 1
	};
}

static bool call(struct waiter *waiter, const char *domain, enum dance_verdict verdict,
	const char *refusal)
{
	const struct name name = named(domain);
	enum dance_verdict why_not = DANCE_ALLOW;
	const char *why = "";
	bool waits = watcher_call(watcher, waiter, &name, false, &why_not, &why);
	assert_string_equal(waits ? "" : why, refusal);
	if (!waits) {
		check_verdict(why_not, verdict);
	}
	return waits;
}

static void who_waits_is_woken_in_time(void **state)
{
	(void)state;
	struct waiter late = until(NOW + 400), later = until(NOW + 401),
		      soon = until(NOW + 300), over = until(NOW);
	counts[0] = (struct change_count){ 0 };
	atomic_store(&calls, 0);
	assert_false(call(&late, "a.example", DANCE_FAIL_NOT_READY,
		"no thread can be started for lookups"));
	start();
	(void)woken();
	assert_true(call(&late, "a.example", 0, ""));
	assert_int_equal(woken(), 1);
	assert_true(call(&later, "a.example", 0, ""));
	assert_int_equal(woken(), 0);
	assert_true(call(&soon, "a.example", 0, ""));
	assert_int_equal(woken(), 1);
	assert_false(call(&over, "a.example", DANCE_FAIL_TIMEOUT,
		"no answer within the timeout"));
	fake_resolver_settle();
	assert_int_equal(fake_resolver_sleep(), 300);
	fake_clock_advance(299);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 0);
	assert_int_equal(fake_resolver_sleep(), 1);
	fake_clock_advance(1);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 1);
	watcher_call_off(watcher, &late);
	watcher_forget(watcher, &later);
	fake_clock_advance(1000);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 1);
	assert_int_equal(fake_resolver_sleep(), WATCHER_SLEEP_MAX_MS);

	/* An answer that has come meanwhile wakes it at once. */
	counts[0].answers = 1;
	struct waiter passed = until(NOW + 10000);
	(void)woken();
	assert_true(call(&passed, "a.example", 0, ""));
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 2);
}

/* Far before its time is over. */
static void an_answer_wakes_who_waits_for_it(void **state)
{
	(void)state;
	const struct name name = named("a.example");
	const struct change_counts *all = watcher_change_counts(watcher);
	const struct change_count *count =
		&all->places[change_counts_place(all, name.wire, name.size)];
	const struct change_mark mark = { count, count->answers };
	struct waiter waiter = until(NOW + 10000);
	waiter.marks = &mark;
	answers("a.example", RESOLVER_SECURE, true);
	join(&members[0], "a.example", 0);
	start();
	atomic_store(&calls, 0);
	assert_true(call(&waiter, "a.example", 0, ""));
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 0);
	fake_clock_advance(1);
	fake_resolver_release("a.example");
	assert_int_equal(atomic_load(&calls), 1);
	watcher_leave(watcher, &members[0]);
}

static void so_many_wait_and_no_more(void **state)
{
	(void)state;
	struct waiter all[WAITING_MAX + 2];
	counts[0] = (struct change_count){ 0 };
	atomic_store(&calls, 0);
	start();
	for (size_t i = 0; i < ROWS(all); i++) {
		char domain[] = "a.example";
		domain[0] = (char)('a' + (i < 2 ? 0 : i));
		all[i] = until(NOW + 500);
		if (i < WAITING_MAX) {
			assert_true(call(&all[i], domain, 0, ""));
		}
	}
	/* Of the domain for which two wait the first makes room, and cannot wait again. */
	(void)woken();
	assert_true(call(&all[WAITING_MAX], "y.example", 0, ""));
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 1);
	assert_true(all[0].sent_away);
	assert_false(call(&all[0], "a.example", DANCE_FAIL_NOT_READY,
		"too many clients are waiting for lookups"));
	assert_false(call(&all[WAITING_MAX + 1], "z.example", DANCE_FAIL_NOT_READY,
		"too many clients are waiting for lookups"));
	watcher_set_max_waiting(watcher, WAITING_MAX + 1);
	assert_true(call(&all[WAITING_MAX + 1], "z.example", 0, ""));
	for (size_t i = 0; i < ROWS(all); i++) {
		watcher_call_off(watcher, &all[i]);
	}
}

/* A thread that waits: for as long as it may, or until one of its marks is passed. */
static void a_thread_waits_no_longer_than_it_may(void **state)
{
	(void)state;
	const struct name name = named("a.example");
	enum dance_verdict verdict;
	const char *why;
	counts[0] = counts[1] = (struct change_count){ 0 };
	assert_false(watcher_wait(watcher, marks, 2, NOW + 10, &name, false, &verdict,
		&why));
	check_verdict(verdict, DANCE_FAIL_NOT_READY);
	start();
	fake_clock_set_pace(4);
	assert_false(watcher_wait(watcher, marks, 2, NOW + 10, &name, false, &verdict,
		&why));
	fake_clock_set_pace(0);
	check_verdict(verdict, DANCE_FAIL_TIMEOUT);
	assert_string_equal(why, "no answer within the timeout");
	counts[1].answers = 1;
	assert_true(watcher_wait(watcher, marks, 2, NOW + 100, &name, false, &verdict,
		&why));
	/* The time comes first. */
	fake_clock_set(NOW + 100);
	assert_false(watcher_wait(watcher, marks, 2, NOW + 100, &name, false, &verdict,
		&why));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_claim_wakes_it_once),
		TEST(a_claim_gets_its_place_back),
		TEST(a_nudge_brings_the_lookup_forward),
		TEST(a_nudge_of_what_is_not_due),
		TEST(who_waits_is_woken_in_time),
		TEST(an_answer_wakes_who_waits_for_it),
		TEST(so_many_wait_and_no_more),
		TEST(a_thread_waits_no_longer_than_it_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
