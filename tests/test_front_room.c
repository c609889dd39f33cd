/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is logged when there is no room: for which listener, why, and how many were closed. */

#include "check.h"
#include "listener.h"
#include "log.h"
#include "room.h"

#include <stdio.h>
#include <string.h>

static size_t closed;
static char said[4096];

size_t __wrap_limits_make_room(void);
size_t __wrap_limits_make_room(void)
{
	return closed;
}

void __wrap_log_composed_limited(enum log_level level, struct log_line *line,
	const char *advice);
void __wrap_log_composed_limited(enum log_level level, struct log_line *line,
	const char *advice)
{
	assert_int_equal(level, LEVEL_ERROR);
	snprintf(said, sizeof(said), "%s", log_line_end(line, DANCE_LINE_SIZE, advice));
}

static void the_listener_is_named(void **state)
{
	(void)state;
	static const struct listener front = { .id = "xot", .text = "192.0.2.1@853" },
				     client = { .id = "out",
					     .text = "192.0.2.1@53",
					     .of_client = true },
				     unused = { .text = "192.0.2.1@54", .unused = true };
	static const struct {
		const struct listener *listener;
		size_t closed;
		const char *said;
	} rows[] = {
		{ &front, 0, "front xot, out of room (why); do: this" },
		{ &client, 0, "client out, out of room (why); do: this" },
		{ &unused, 0, "out of room, address 192.0.2.1@54 (why); do: this" },
		{ NULL, 0, "out of room (why); do: this" },
		{ &front, 1,
			"front xot, out of room, count 1 (why; closing so many "
			"unauthenticated connections); do: this" },
		{ NULL, 2,
			"out of room, count 2 (why; closing so many unauthenticated "
			"connections); do: this" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		closed = rows[i].closed;
		room_make(rows[i].listener, "why", "this");
		assert_string_equal(said, rows[i].said);
	}
}

/* For a thread nobody is closed: connections hold none. */
static void a_thread_or_memory_is_missed(void **state)
{
	(void)state;
	closed = 3;
	room_lacks_threads(false);
	assert_string_equal(said,
		"out of room (no thread can be started); do: " SHORTAGE_OF_THREADS);
	room_lacks_threads(true);
	assert_string_equal(said,
		"out of room, count 3 (out of memory; closing so many unauthenticated "
		"connections); do: " ROOM_MORE_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_listener_is_named),
		cmocka_unit_test(a_thread_or_memory_is_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
