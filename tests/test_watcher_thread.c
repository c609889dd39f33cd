/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The watcher's thread: when it starts, when it is woken, how many leave at a time, and what it
 * frees when. */

#include "watcher_scene.h"

/* --- when it starts ------------------------------------------------------------------------ */

static void it_is_tried_again_after_a_second(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_SECURE, false);
	join(&members[0], "a.example", 0);
	no_thread = true;
	watcher_start(watcher);
	assert_false(watcher_runs(watcher));
	assert_int_equal(line_count, 1);
	assert_int_equal(last_line.level, DANCE_LOG_ERROR);
	assert_string_equal(last_line.text,
		"no lookup is possible (no thread can be started: Resource temporarily "
		"unavailable); do: raise TasksMax; until then every client is refused");
	fake_clock_advance(WATCHER_START_AGAIN_MS - 1);
	watcher_start(watcher);
	assert_int_equal(starts, 1);
	fake_clock_advance(1);
	watcher_start(watcher);
	assert_int_equal(starts, 2);
	fake_clock_advance(WATCHER_START_AGAIN_MS - 1);
	no_thread = false;
	watcher_start(watcher);
	assert_int_equal(starts, 2);
	assert_int_equal(line_count, 1);
	assert_int_equal(woken(), 0);
	fake_clock_advance(1);
	start();
	assert_int_equal(starts, 3);
	assert_true(watcher_runs(watcher));
	assert_int_equal(line_count, 2);
	assert_int_equal(last_line.level, DANCE_LOG_NOTICE);
	assert_string_equal(last_line.text, "the lookup thread has started");
	assert_int_equal(woken(), 1);
	fake_clock_advance(WATCHER_START_AGAIN_MS);
	start();
	assert_int_equal(starts, 3);
	assert_int_equal(fake_resolver_asked("a.example"), 1);
	watcher_leave(watcher, &members[0]);
}

/* It is woken for whoever is new, and told nothing if nobody listens. */
static void it_is_woken_for_what_is_new(void **state)
{
	(void)state;
	answers("*.example", RESOLVER_SECURE, false);
	start();
	assert_int_equal(woken(), 1);
	assert_int_equal(line_count, 0);
	start();
	assert_int_equal(woken(), 0);
	join(&members[0], "a.example", 0);
	assert_int_equal(woken(), 0);
	start();
	assert_int_equal(woken(), 1);
	start();
	assert_int_equal(woken(), 0);
	watcher_leave(watcher, &members[0]);
	make_anew((struct dance_context_options){ .log = NULL });
	watcher_free(NULL);
	no_thread = true;
	watcher_start(watcher);
	assert_false(watcher_runs(watcher));
}

/* Signals are the host's, but for those that a fault of the thread itself raises. */
static void it_takes_no_signals(void **state)
{
	(void)state;
	sigset_t before, after;
	make_anew((struct dance_context_options){ .thread_begin = note_signals });
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	start();
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_false(sigismember(&after, SIGTERM));
	for (int number = 1; number < 32; number++) {
		bool own = number == SIGBUS || number == SIGFPE || number == SIGILL ||
			number == SIGSEGV || number == SIGKILL || number == SIGSTOP;
		assert_int_equal(sigismember(&blocked, number), own ? 0 : 1);
		assert_int_equal(sigismember(&after, number), sigismember(&before, number));
	}
}

/* --- who leaves ---------------------------------------------------------------------------- */

static atomic_uint over_count;
static const struct watcher_parting *over_last;

static void on_over(struct watcher_parting *parting)
{
	/* It holds no lock. */
	watcher_set_max_waiting(watcher, WAITING_MAX);
	over_last = parting;
	atomic_fetch_add(&over_count, 1);
}

static struct watcher_parting part(struct key_index_member *first, size_t count)
{
	return (struct watcher_parting){ .members = first, .count = count, .over = on_over };
}

static void many_leave_some_at_a_time(void **state)
{
	(void)state;
	static const struct {
		size_t count;
		unsigned most, rounds;
	} rows[] = {
		{ 1, 1, 1 },
		{ WATCHER_PART_MAX - 1, WATCHER_PART_MAX - 1, 1 },
		{ WATCHER_PART_MAX, WATCHER_PART_MAX, 1 },
		{ WATCHER_PART_MAX + 1, WATCHER_PART_MAX, 2 },
		{ MEMBER_MAX, WATCHER_PART_MAX, 3 },
	};
	answers("*.example", RESOLVER_DENIED, false);
	start();
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (uint32_t j = 0; j < rows[i].count; j++) {
			char text[32];
			snprintf(text, sizeof(text), "n%u.example", j);
			join(&members[j], text, j);
		}
		start();
		atomic_store(&over_count, 0);
		atomic_store(&leaves_most, 0);
		atomic_store(&rounds, 0);
		struct watcher_parting parting = part(members, rows[i].count);
		(void)woken();
		assert_true(watcher_part(watcher, &parting));
		assert_int_equal(woken(), 1);
		fake_resolver_settle();
		assert_int_equal(atomic_load(&over_count), 1);
		assert_int_equal(atomic_load(&leaves_most), rows[i].most);
		assert_int_equal(atomic_load(&rounds), rows[i].rounds);
		assert_false(key_index_has(index_of_all, KEY_INDEX_NAME));
	}
}

/* In their order; the last ones when the watcher goes. */
static void partings_end_in_their_order(void **state)
{
	(void)state;
	answers("*.example", RESOLVER_DENIED, false);
	struct watcher_parting none = part(NULL, 0), first = part(&members[0], 1),
			       second = part(&members[1], 1);
	assert_false(watcher_part(watcher, &none));
	assert_int_equal(woken(), 0);
	join(&members[0], "a.example", 0);
	join(&members[1], "b.example", 1);
	start();
	atomic_store(&over_count, 0);
	assert_true(watcher_part(watcher, &none));
	assert_true(watcher_part(watcher, &first));
	assert_true(watcher_part(watcher, &second));
	fake_resolver_settle();
	assert_int_equal(atomic_load(&over_count), 3);
	assert_ptr_equal(over_last, &second);
	for (uint32_t i = 0; i < MEMBER_MAX; i++) {
		char text[32];
		snprintf(text, sizeof(text), "n%u.example", i);
		join(&members[i], text, i);
	}
	struct watcher_parting all = part(members, MEMBER_MAX);
	assert_true(watcher_part(watcher, &all));
	make_anew((struct dance_context_options){ .log = keep_line });
	assert_int_equal(atomic_load(&over_count), 4);
	assert_false(key_index_has(index_of_all, KEY_INDEX_NAME));
}

static void who_is_gone_is_freed_when_nobody_reads(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_DENIED, false);
	join(&members[0], "a.example", 0);
	start();
	freed = 0;
	watcher_leave(watcher, &members[0]);
	fake_resolver_settle();
	assert_int_equal(freed, 1);
}

static void without_memory_nobody_joins(void **state)
{
	(void)state;
	const struct name name = named("a.example");
	struct membership lists;
	assert_true(membership_begin(&lists, index_of_all, 0, 1, NULL, 0));
	no_memory = true;
	assert_int_equal(watcher_join(watcher, &name, index_of_all, &members[0], 0), -1);
	assert_int_equal(watcher_join_list(watcher, &lists, &name), -1);
	no_memory = false;
	assert_int_equal(watcher_join_list(watcher, &lists, &name), 0);
	watcher_leave_lists(watcher, &lists);
	membership_clear(&lists);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_tried_again_after_a_second),
		TEST(it_is_woken_for_what_is_new),
		TEST(it_takes_no_signals),
		TEST(many_leave_some_at_a_time),
		TEST(partings_end_in_their_order),
		TEST(who_is_gone_is_freed_when_nobody_reads),
		TEST(without_memory_nobody_joins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
