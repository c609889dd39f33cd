/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When the service manager is told that all is well, by a clock that stands still until the test
 * moves it. */

#include "check.h"
#include "watchdog.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GRANTED_US "60000000"
#define THIRD_MS 20000

static int64_t now_ms = 5000;

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	*time = (struct timespec){ .tv_sec = (time_t)(now_ms / 1000),
		.tv_nsec = (long)(now_ms % 1000) * 1000000 };
	return 0;
}

static const char *told;

void __wrap_sd_notify_send(const char *text);
void __wrap_sd_notify_send(const char *text)
{
	told = text;
}

static int clear(void **state)
{
	(void)state;
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	return 0;
}

static void grant(const char *microseconds)
{
	char own[32];
	snprintf(own, sizeof(own), "%ld", (long)getpid());
	setenv("WATCHDOG_PID", own, 1);
	setenv("WATCHDOG_USEC", microseconds, 1);
}

static void it_is_due_three_times_within_the_time_granted(void **state)
{
	(void)state;
	struct timespec pause;
	grant(GRANTED_US);
	assert_true(watchdog_begin());
	assert_true(watchdog_is_due());
	assert_false(watchdog_is_due());
	assert_ptr_equal(watchdog_pause(&pause), &pause);
	assert_int_equal(pause.tv_sec, THIRD_MS / 1000);
	assert_int_equal(pause.tv_nsec, 0);
	now_ms += THIRD_MS - 999;
	assert_ptr_equal(watchdog_pause(&pause), &pause);
	assert_int_equal(pause.tv_sec, 0);
	assert_int_equal(pause.tv_nsec, 999000000);
	now_ms += 998;
	assert_false(watchdog_is_due());
	assert_ptr_equal(watchdog_pause(&pause), &pause);
	assert_int_equal(pause.tv_sec, 0);
	assert_int_equal(pause.tv_nsec, 1000000);
	now_ms++;
	assert_ptr_equal(watchdog_pause(&pause), &pause);
	assert_true(pause.tv_sec == 0 && pause.tv_nsec == 0);
	assert_true(watchdog_is_due());
	assert_false(watchdog_is_due());
	/* What was missed is not made up for. */
	now_ms += 10 * THIRD_MS;
	assert_ptr_equal(watchdog_pause(&pause), &pause);
	assert_true(pause.tv_sec == 0 && pause.tv_nsec == 0);
	assert_true(watchdog_is_due());
	assert_false(watchdog_is_due());
}

static void without_the_process_id_all_are_watched(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", GRANTED_US, 1);
	assert_true(watchdog_begin());
	assert_true(watchdog_is_due());
}

static void nobody_watches_without_a_time_or_another_process(void **state)
{
	(void)state;
	struct timespec pause;
	const char *const times[] = { "", "0", "-1", "1s", "99999999999999999999999" };
	for (size_t i = 0; i < ROWS(times); i++) {
		grant(times[i]);
		assert_false(watchdog_begin());
		assert_false(watchdog_is_due());
		assert_null(watchdog_pause(&pause));
	}
	unsetenv("WATCHDOG_USEC");
	assert_false(watchdog_begin());
	grant(GRANTED_US);
	setenv("WATCHDOG_PID", "1", 1);
	assert_false(watchdog_begin());
	assert_false(watchdog_is_due());
	assert_null(watchdog_pause(&pause));
}

static void the_manager_is_told_in_its_words(void **state)
{
	(void)state;
	watchdog_tell();
	assert_string_equal(told, "WATCHDOG=1");
}

static void a_short_time_is_no_busy_loop(void **state)
{
	(void)state;
	struct timespec pause;
	grant("1");
	errno = EINVAL; /* of a call before */
	assert_true(watchdog_begin());
	assert_true(watchdog_is_due());
	assert_ptr_equal(watchdog_pause(&pause), &pause);
	assert_int_equal(pause.tv_nsec, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_due_three_times_within_the_time_granted,
			clear),
		cmocka_unit_test_teardown(without_the_process_id_all_are_watched, clear),
		cmocka_unit_test_teardown(nobody_watches_without_a_time_or_another_process,
			clear),
		cmocka_unit_test_teardown(a_short_time_is_no_busy_loop, clear),
		cmocka_unit_test(the_manager_is_told_in_its_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
