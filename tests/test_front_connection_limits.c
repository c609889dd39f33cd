/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many connections there may be, in all and of one address or name; and that all can be
 * closed. Who leaves for others has test_front_limits_crowd.c. */

#include "limits_scene.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void each_limit_is_kept_and_named(void **state)
{
	(void)state;
	struct limits_entry entries[4];
	assert_null(enter(&entries[0], wide, "192.0.2.1"));
	assert_null(enter(&entries[1], wide, "192.0.2.1"));
	assert_string_equal(enter(&entries[2],
				    (struct connection_limits){ 9, 9, 2, 9, 9, 2 },
				    "192.0.2.1"),
		"max-per-address");
	assert_string_equal(enter(&entries[2],
				    (struct connection_limits){ 2, 9, 9, 9, 9, 2 },
				    "192.0.2.2"),
		"max-connections");
	assert_null(enter(&entries[2], (struct connection_limits){ 3, 3, 1, 1, 9, 2 },
		"198.51.100.1"));
	assert_int_equal(limits_count(), 3);
	for (unsigned i = 0; i < 3; i++) {
		limits_leave(&entries[i]);
	}
	assert_int_equal(limits_count(), 0);
	/* Nothing is left behind. */
	assert_null(enter(&entries[0], (struct connection_limits){ 1, 1, 1, 1, 9, 2 },
		"192.0.2.1"));
	limits_leave(&entries[0]);
}

static void who_is_authenticated_is_counted_by_name_only(void **state)
{
	(void)state;
	const struct connection_limits one_unauthenticated = { 9, 9, 1, 9, 9, 2 };
	struct limits_entry entries[3];
	assert_null(enter(&entries[0], one_unauthenticated, "192.0.2.1"));
	assert_non_null(enter(&entries[1], one_unauthenticated, "192.0.2.1"));
	assert_null(limits_authenticated(&entries[0], &one_unauthenticated, "a.example",
		NULL));
	assert_null(limits_authenticated(&entries[0], &one_unauthenticated, "a.example",
		NULL));
	assert_null(enter(&entries[1], one_unauthenticated, "192.0.2.1"));
	assert_non_null(enter(&entries[2], one_unauthenticated, "192.0.2.1"));
	limits_leave(&entries[0]);
	assert_non_null(enter(&entries[2], one_unauthenticated, "192.0.2.1"));
	limits_leave(&entries[1]);
	assert_null(enter(&entries[2], one_unauthenticated, "192.0.2.1"));
	limits_leave(&entries[2]);
}

static void an_identity_has_its_share(void **state)
{
	(void)state;
	const struct connection_limits two = { 9, 9, 9, 2, 9, 2 };
	struct limits_entry entries[4];
	for (unsigned i = 0; i < 4; i++) {
		assert_null(enter(&entries[i], two, "192.0.2.1"));
	}
	assert_null(limits_authenticated(&entries[0], &two, "a.example", NULL));
	assert_null(limits_authenticated(&entries[1], &two, "a.example", NULL));
	assert_null(limits_authenticated(&entries[1], &two, "a.example",
		NULL)); /* twice is once */
	assert_string_equal(limits_authenticated(&entries[2], &two, "a.example", NULL),
		"max-per-identity");
	assert_null(limits_authenticated(&entries[2], &two, "b.example", NULL));
	limits_leave(&entries[0]);
	assert_null(limits_authenticated(&entries[3], &two, "a.example", NULL));
	/* Or from the beginning. */
	struct limits_entry known[2];
	assert_null(limits_enter_client(&known[0], &two, -1, "c.example"));
	assert_null(limits_enter_client(&known[1], &two, -1, "c.example"));
	struct limits_entry more;
	assert_string_equal(limits_enter_client(&more, &two, -1, "c.example"),
		"max-per-client");
	const struct connection_limits five = { 5, 9, 9, 9, 9, 2 };
	limits_leave(&known[1]);
	assert_int_equal(limits_count(), 4);
	assert_null(limits_enter_client(&known[1], &five, -1, "c.example"));
	assert_string_equal(enter(&entries[0], five, "192.0.2.1"), "max-connections");
	limits_leave(&known[0]);
	limits_leave(&known[1]);
	for (unsigned i = 1; i < 4; i++) {
		limits_leave(&entries[i]);
	}
	assert_int_equal(limits_count(), 0);
}

static void a_name_has_its_share_of_a_pattern(void **state)
{
	(void)state;
	const struct connection_limits eight = { 99, 99, 99, 99, 8, 2 };
	struct limits_entry entries[10];
	for (unsigned i = 0; i < 10; i++) {
		assert_null(enter(&entries[i], eight, "192.0.2.1"));
	}
	static const char *const names[] = { "a.x", "b.x", "c.x", "d.x" };
	for (unsigned i = 0; i < 8; i++) {
		if (i >= 2) {
			/* Others are not in the way of the next one, nor is who has
			 * enough. */
			assert_string_equal(limits_authenticated(&entries[i], &eight, "a.x",
						    "*.x"),
				"max-per-identity");
		}
		assert_null(limits_authenticated(&entries[i], &eight, names[i / 2], "*.x"));
		assert_null(limits_authenticated(&entries[i], &eight, names[i / 2], "*.x"));
	}
	assert_string_equal(limits_authenticated(&entries[8], &eight, "e.x", "*.x"),
		"max-per-suffix");
	/* Of another pattern, or permitted by itself. */
	assert_null(limits_authenticated(&entries[9], &eight, "e.y", "*.y"));
	limits_leave(&entries[0]);
	limits_leave(&entries[8]);
	assert_null(enter(&entries[0], eight, "192.0.2.1"));
	assert_null(limits_authenticated(&entries[0], &eight, "e.x", "*.x"));
	for (unsigned i = 0; i < 10; i++) {
		if (i != 8) {
			limits_leave(&entries[i]);
		}
	}
	/* A small pattern has place for somebody, and never more than a name by itself. */
	const struct connection_limits small = { 9, 9, 9, 1, 3, 2 };
	const struct connection_limits one = { 9, 9, 9, 1, 99, 2 };
	for (unsigned i = 0; i < 3; i++) {
		assert_null(enter(&entries[i], small, "192.0.2.1"));
	}
	assert_null(limits_authenticated(&entries[0], &small, "a.x", "*.x"));
	assert_non_null(limits_authenticated(&entries[1], &one, "a.x", "*.x"));
	for (unsigned i = 0; i < 3; i++) {
		limits_leave(&entries[i]);
	}
	assert_int_equal(limits_count(), 0);
}

/* However many there are, and of one pattern: none is taken for another, nor for the pattern. */
static void each_name_has_its_own_share(void **state)
{
	(void)state;
	static struct limits_entry entries[20000];
	const unsigned many = sizeof(entries) / sizeof(entries[0]);
	const struct connection_limits one = { many, 2, 2, 1, many, 1 };
	for (unsigned i = 0; i < many; i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%u.x", i);
		assert_null(enter(&entries[i], one, "192.0.2.1"));
		assert_null(limits_authenticated(&entries[i], &one, name, "*.x"));
	}
	for (unsigned i = 0; i < many; i++) {
		limits_leave(&entries[i]);
	}
	assert_int_equal(limits_count(), 0);
}

/* A client section, an identity and a pattern may be called the same. */
static void what_is_called_the_same_is_not_counted_together(void **state)
{
	(void)state;
	const struct connection_limits one = { 9, 9, 9, 1, 4, 1 };
	struct limits_entry client, first, second;
	assert_null(limits_enter_client(&client, &one, -1, "a"));
	assert_null(enter(&first, one, "192.0.2.1"));
	assert_null(limits_authenticated(&first, &one, "a", NULL));
	assert_null(enter(&second, one, "192.0.2.1"));
	assert_null(limits_authenticated(&second, &one, "b", "a"));
	limits_leave(&client);
	limits_leave(&first);
	limits_leave(&second);
	assert_int_equal(limits_count(), 0);
}

struct connection {
	struct limits_entry entry;
	int fd;
};

static void *stay(void *arg)
{
	struct connection *connection = arg;
	char octet;
	assert_int_equal(recv(connection->fd, &octet, 1, 0), 0);
	assert_true(limits_have_sent_away(&connection->entry));
	limits_detach(&connection->entry);
	close(connection->fd);
	limits_leave(&connection->entry);
	return NULL;
}

static void all_are_sent_away(void **state)
{
	(void)state;
	enum {
		COUNT = 8
	};
	static struct connection connections[COUNT];
	int far[COUNT];
	pthread_t threads[COUNT];
	const struct sockaddr_storage from = address("192.0.2.1");
	for (unsigned i = 0; i < COUNT; i++) {
		int ends[2];
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		connections[i].fd = ends[0];
		far[i] = ends[1];
		assert_null(limits_enter(&connections[i].entry, &wide, ends[0],
			(const struct sockaddr *)&from, &crowded));
		assert_false(limits_have_sent_away(&connections[i].entry));
		assert_int_equal(pthread_create(&threads[i], NULL, stay, &connections[i]),
			0);
	}
	assert_int_equal(limits_close_all(10), 0);
	for (unsigned i = 0; i < COUNT; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		close(far[i]);
	}
}

static void who_does_not_leave_is_counted(void **state)
{
	(void)state;
	struct limits_entry entry;
	assert_null(enter(&entry, wide, "192.0.2.1"));
	assert_int_equal(limits_close_all(0), 1);
	limits_leave(&entry);
	assert_int_equal(limits_close_all(0), 0);
}

/* By a clock that nobody sets, for the beginning of the wait and for its end. */
static void who_does_not_leave_is_waited_for(void **state)
{
	(void)state;
	struct limits_entry entry;
	struct timespec began, ended;
	assert_null(enter(&entry, wide, "192.0.2.1"));
	asked_for_time_of_day = false;
	clock_gettime(CLOCK_MONOTONIC, &began);
	assert_int_equal(limits_close_all(1), 1);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	assert_true(ended.tv_sec > began.tv_sec + 1 ||
		(ended.tv_sec == began.tv_sec + 1 && ended.tv_nsec >= began.tv_nsec));
	assert_false(asked_for_time_of_day);
	limits_leave(&entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_is_kept_and_named),
		cmocka_unit_test(who_is_authenticated_is_counted_by_name_only),
		cmocka_unit_test(an_identity_has_its_share),
		cmocka_unit_test(a_name_has_its_share_of_a_pattern),
		cmocka_unit_test(each_name_has_its_own_share),
		cmocka_unit_test(what_is_called_the_same_is_not_counted_together),
		cmocka_unit_test(all_are_sent_away),
		cmocka_unit_test(who_does_not_leave_is_counted),
		cmocka_unit_test(who_does_not_leave_is_waited_for),
		/* The last ones: for them time goes on, and others wait for real. */
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
