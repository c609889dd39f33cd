/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a watch asks of libuv, which the test is here, and what it makes of libuv's answers. */

#include "check.h"
#include "monotonic.h"
#include "watch.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define BEGIN 5000

static int stand_in; /* for libuv's loop */
static char calls[512];
static int64_t now;
static int result; /* of the next calls */
static uv_poll_cb heard;
static uv_timer_cb rung;
static uv_close_cb closed;
static uv_handle_t *closing[8];
static size_t closing_count;

static void note(const char *what, long number)
{
	size_t used = strlen(calls);
	snprintf(calls + used, sizeof(calls) - used, "%s %ld;", what, number);
}

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

uv_loop_t *__wrap_loop_uv(struct loop *loop);
uv_loop_t *__wrap_loop_uv(struct loop *loop)
{
	assert_ptr_equal(loop, &stand_in);
	return (uv_loop_t *)&stand_in;
}

int __wrap_uv_timer_init(uv_loop_t *loop, uv_timer_t *timer);
int __wrap_uv_timer_init(uv_loop_t *loop, uv_timer_t *timer)
{
	(void)timer;
	assert_ptr_equal(loop, &stand_in);
	return result;
}

void __wrap_uv_update_time(uv_loop_t *loop);
void __wrap_uv_update_time(uv_loop_t *loop)
{
	assert_ptr_equal(loop, &stand_in);
	note("update", 0);
}

int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb callback, uint64_t ms,
	uint64_t repeat);
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb callback, uint64_t ms,
	uint64_t repeat)
{
	(void)timer;
	assert_int_equal(repeat, 0);
	rung = callback;
	note("timer", (long)ms);
	return 0;
}

int __wrap_uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd);
int __wrap_uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd)
{
	(void)poll;
	assert_ptr_equal(loop, &stand_in);
	note("init", fd);
	return result;
}

int __wrap_uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb callback);
int __wrap_uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb callback)
{
	(void)poll;
	heard = callback;
	note("start", events);
	return result;
}

int __wrap_uv_poll_stop(uv_poll_t *poll);
int __wrap_uv_poll_stop(uv_poll_t *poll)
{
	(void)poll;
	note("stop", 0);
	return result;
}

/* libuv gives it back later. */
void __wrap_uv_close(uv_handle_t *handle, uv_close_cb callback);
void __wrap_uv_close(uv_handle_t *handle, uv_close_cb callback)
{
	note("close", 0);
	closed = callback;
	closing[closing_count++] = handle;
}

static struct watch watch;
static unsigned turns;

static void turn(void *arg)
{
	assert_ptr_equal(arg, &turns);
	turns++;
}

static int begin(void **state)
{
	(void)state;
	calls[0] = '\0';
	now = BEGIN;
	result = 0;
	turns = 0;
	closing_count = 0;
	assert_true(watch_begin(&watch, (struct loop *)&stand_in, turn, &turns));
	return 0;
}

static int end(void **state)
{
	(void)state;
	watch_end(&watch);
	assert_null(watch.timer);
	watch_end(&watch); /* once more is nothing more */
	for (size_t i = 0; i < closing_count; i++) {
		closed(closing[i]);
	}
	return 0;
}

static void expect_calls(const char *wanted)
{
	assert_string_equal(calls, wanted);
	calls[0] = '\0';
}

static void each_side_is_asked_for_what_is_wanted(void **state)
{
	(void)state;
	assert_true(watch_client(&watch, 5, 0)); /* nothing is wanted, nothing is there */
	expect_calls("");
	assert_true(watch_client(&watch, 5, POLLIN));
	expect_calls("init 5;start 1;");
	assert_true(watch_client(&watch, 5, POLLIN));
	expect_calls("");
	assert_true(watch_client(&watch, 5, POLLOUT));
	expect_calls("start 2;");
	assert_true(watch_client(&watch, 5, POLLIN | POLLOUT));
	expect_calls("start 3;");
	assert_true(watch_server(&watch, 0, POLLIN));
	expect_calls("init 0;start 1;");
	assert_true(watch_client(&watch, 5, 0));
	expect_calls("stop 0;");
	assert_true(watch_client(&watch, 5, 0));
	expect_calls("");
	assert_true(watch_client(&watch, 5, POLLIN));
	expect_calls("start 1;");
	/* Another socket has a watch of its own. */
	assert_true(watch_client(&watch, 6, POLLIN));
	expect_calls("close 0;init 6;start 1;");
	watch_forget_client(&watch);
	watch_forget_client(&watch);
	expect_calls("close 0;");
	watch_forget_server(&watch);
	watch_forget_server(&watch);
	expect_calls("close 0;");
	assert_true(watch_client(&watch, 6, POLLIN));
	expect_calls("init 6;start 1;");
}

static void what_libuv_cannot_do_is_told(void **state)
{
	(void)state;
	result = UV_ENOMEM;
	assert_false(watch_client(&watch, 5, POLLIN));
	expect_calls("init 5;");
	result = 0;
	assert_true(watch_client(&watch, 5, POLLIN));
	expect_calls("init 5;start 1;");
	result = UV_ENOMEM;
	assert_false(watch_client(&watch, 5, POLLOUT));
	expect_calls("start 2;");
	assert_false(watch_client(&watch, 5, 0));
	expect_calls("stop 0;");
	struct watch none;
	assert_false(watch_begin(&none, (struct loop *)&stand_in, turn, &turns));
	assert_null(none.timer);
}

static void each_side_hears_of_its_own(void **state)
{
	(void)state;
	assert_true(watch_client(&watch, 5, POLLIN | POLLOUT));
	assert_true(watch_server(&watch, 6, POLLIN | POLLOUT));
	heard(watch.client.poll, 0, UV_READABLE);
	assert_int_equal(watch_take(&watch.client), POLLIN);
	assert_int_equal(watch_take(&watch.client), 0);
	assert_int_equal(watch_take(&watch.server), 0);
	heard(watch.server.poll, 0, UV_WRITABLE);
	heard(watch.server.poll, 0, UV_READABLE);
	assert_int_equal(watch_take(&watch.server), POLLIN | POLLOUT);
	heard(watch.server.poll, 0, UV_WRITABLE);
	assert_int_equal(watch_take(&watch.server), POLLOUT);
	assert_int_equal(turns, 4);
	/* libuv has stopped for an error: it must be begun again. */
	calls[0] = '\0';
	heard(watch.client.poll, UV_EBADF, 0);
	assert_int_equal(watch_take(&watch.client), POLLIN | POLLOUT);
	assert_int_equal(turns, 5);
	assert_true(watch_client(&watch, 5, POLLIN | POLLOUT));
	expect_calls("start 3;");
}

static void the_earliest_time_rings(void **state)
{
	(void)state;
	watch_until(&watch, WATCH_NEVER);
	expect_calls("");
	watch_until(&watch, now + 100);
	expect_calls("update 0;timer 100;");
	watch_until(&watch, now + 100);
	watch_until(&watch, now + 200);
	watch_until(&watch, WATCH_NEVER);
	expect_calls("");
	watch_until(&watch, now + 99);
	expect_calls("update 0;timer 99;");
	rung(watch.timer);
	assert_int_equal(turns, 1);
	watch_until(&watch, now + 1);
	expect_calls("update 0;timer 1;");
	rung(watch.timer);
	watch_until(&watch, now);
	expect_calls("update 0;timer 0;");
	rung(watch.timer);
	watch_until(&watch, now - 1);
	expect_calls("update 0;timer 0;");
	rung(watch.timer);
	/* Even a time before all others is one. */
	watch_until(&watch, 0);
	expect_calls("update 0;timer 0;");
	watch_until(&watch, 1);
	expect_calls("");
	watch_until(&watch, 0);
	expect_calls("update 0;timer 0;");
	rung(watch.timer);
	watch_until(&watch, 2);
	expect_calls("update 0;timer 0;");
	watch_until(&watch, 1);
	expect_calls("update 0;timer 0;");
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_side_is_asked_for_what_is_wanted),
		ONE(what_libuv_cannot_do_is_told),
		ONE(each_side_hears_of_its_own),
		ONE(the_earliest_time_rings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
