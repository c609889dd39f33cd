/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What threads remember for instances: who finds it, who has to give way, and that there is one
 * memory however many instances there are. */

#include "check.h"
#include "thread.h"

#define COUNT 3

static void each_thread_remembers_for_each_instance(void **state)
{
	(void)state;
	struct threads *threads = threads_take(COUNT);
	assert_non_null(threads);
	for (unsigned id = 0; id < COUNT; id++) {
		for (unsigned instance = 1; instance <= THREAD_INSTANCES; instance++) {
			assert_null(threads_find(threads, id, instance));
			struct dance_thread *made = threads_make(threads, id, instance);
			assert_non_null(made);
			assert_int_equal(made->xfr.verdict, DANCE_UNDECIDED);
			made->xfr.verdict = (enum dance_verdict)instance;
			assert_ptr_equal(threads_make(threads, id, instance), made);
		}
	}
	for (unsigned id = 0; id < COUNT; id++) {
		for (unsigned instance = 1; instance <= THREAD_INSTANCES; instance++) {
			assert_int_equal(threads_find(threads, id, instance)->xfr.verdict,
				instance);
		}
	}
	assert_null(threads_find(threads, COUNT, 1));
	assert_null(threads_make(threads, COUNT, 1));
	assert_null(threads_find(NULL, 0, 1));
	assert_null(threads_make(NULL, 0, 1));
	threads_give_back(threads);
	threads_give_back(NULL);
}

static void what_is_released_is_forgotten_unless_more_is_to_come(void **state)
{
	(void)state;
	struct threads *threads = threads_take(COUNT);
	struct dance_thread *thread = threads_make(threads, 0, 7);
	thread->xfr.verdict = DANCE_ALLOW;
	thread_release(thread);
	assert_ptr_equal(threads_find(threads, 0, 7), thread);
	xfr_verdict_clear(&thread->xfr);
	thread_release(thread);
	assert_null(threads_find(threads, 0, 7));
	assert_int_equal(thread->instance, 0);
	assert_null(threads_find(threads, 0, 1));
	threads_give_back(threads);
}

/* A transfer that was broken off leaves its verdict. An address that is shown is knotd's at that
 * moment. */
static void the_longest_unused_gives_way_but_no_address_that_is_shown(void **state)
{
	(void)state;
	static const struct sockaddr_storage real;
	for (unsigned shown = 0; shown <= THREAD_INSTANCES; shown++) {
		struct threads *threads = threads_take(COUNT);
		for (unsigned instance = 1; instance <= THREAD_INSTANCES; instance++) {
			struct dance_thread *made = threads_make(threads, 0, instance);
			made->xfr.verdict = DANCE_ALLOW;
			made->alias.real = instance == shown ? &real : NULL;
		}
		/* The others have been used since. */
		unsigned leaver = shown == 2 ? 3 : 2;
		for (unsigned instance = 1; instance <= THREAD_INSTANCES; instance++) {
			if (instance != 2 && instance != leaver) {
				(void)threads_find(threads, 0, instance);
			}
		}
		struct dance_thread *newest = threads_make(threads, 0, 100);
		assert_non_null(newest);
		assert_int_equal(newest->xfr.verdict, DANCE_UNDECIDED);
		for (unsigned instance = 1; instance <= THREAD_INSTANCES; instance++) {
			assert_true((threads_find(threads, 0, instance) == NULL) ==
				(instance == leaver));
		}
		/* The newest has been used as well. */
		for (unsigned instance = 1; instance <= THREAD_INSTANCES; instance++) {
			if (instance != shown) {
				(void)threads_make(threads, 0, 100);
				(void)threads_make(threads, 0, 100 + instance);
				assert_non_null(threads_find(threads, 0, 100));
			}
		}
		(void)threads_make(threads, 0, 201);
		(void)threads_make(threads, 0, 202);
		assert_non_null(threads_find(threads, 0, 201));
		threads_give_back(threads);
	}
}

static void all_instances_have_one_memory(void **state)
{
	(void)state;
	struct threads *first = threads_take(COUNT);
	for (unsigned i = 0; i < 100; i++) {
		assert_ptr_equal(threads_take(COUNT), first);
	}
	/* After a start with more threads; the old ones go on with theirs. */
	struct threads *more = threads_take(COUNT + 1);
	assert_ptr_not_equal(more, first);
	assert_non_null(threads_make(more, COUNT, 1));
	assert_ptr_equal(threads_take(COUNT + 1), more);
	assert_null(threads_make(first, COUNT, 1));
	for (unsigned i = 0; i < 101; i++) {
		threads_give_back(first);
	}
	threads_give_back(more);
	assert_ptr_equal(threads_take(COUNT + 1), more);
	threads_give_back(more);
	threads_give_back(more);
}

static void notes_are_taken_once(void **state)
{
	(void)state;
	enum dance_verdict verdicts[THREAD_INSTANCES];
	struct threads *threads = threads_take(COUNT);
	threads_note(threads, 1, DANCE_ALLOW);
	threads_note(threads, 1, DANCE_DENY_NAME);
	assert_int_equal(threads_noted(threads, 0, verdicts), 0);
	assert_int_equal(threads_noted(threads, 1, verdicts), 2);
	assert_int_equal(verdicts[0], DANCE_ALLOW);
	assert_int_equal(verdicts[1], DANCE_DENY_NAME);
	assert_int_equal(threads_noted(threads, 1, verdicts), 0);
	for (unsigned i = 0; i < 2 * THREAD_INSTANCES; i++) {
		threads_note(threads, 2, DANCE_ALLOW);
	}
	assert_int_equal(threads_noted(threads, 2, verdicts), THREAD_INSTANCES);
	threads_note(threads, COUNT, DANCE_ALLOW);
	assert_int_equal(threads_noted(threads, COUNT, verdicts), 0);
	threads_note(NULL, 0, DANCE_ALLOW);
	assert_int_equal(threads_noted(NULL, 0, verdicts), 0);
	threads_give_back(threads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thread_remembers_for_each_instance),
		cmocka_unit_test(what_is_released_is_forgotten_unless_more_is_to_come),
		cmocka_unit_test(the_longest_unused_gives_way_but_no_address_that_is_shown),
		cmocka_unit_test(all_instances_have_one_memory),
		cmocka_unit_test(notes_are_taken_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
