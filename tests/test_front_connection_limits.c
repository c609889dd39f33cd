/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many connections there may be, in all and of one address or name; and that all can be
 * closed. */

#include "check.h"
#include "connection_limits.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* In the place of the kernel's: with another key other names and addresses would now and
 * then share a slot. */
int __wrap_getentropy(void *octets, size_t size);
int __wrap_getentropy(void *octets, size_t size)
{
	uint8_t *at = octets;
	for (size_t i = 0; i < size; i++) {
		at[i] = (uint8_t)(i * 89 + 41);
	}
	return 0;
}

/* Somebody may set the time of day while all leave. */
static bool asked_for_time_of_day;
static time_t later_s;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	asked_for_time_of_day = asked_for_time_of_day || clock == CLOCK_REALTIME;
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += later_s;
	return result;
}

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage socket = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&socket;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&socket;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
	} else {
		assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
		v6->sin6_family = AF_INET6;
	}
	return socket;
}

static const char *crowded;

static const char *enter(struct limits_entry *entry, struct connection_limits limits,
	const char *from)
{
	const struct sockaddr_storage socket = address(from);
	return limits_enter(entry, &limits, -1, (const struct sockaddr *)&socket, &crowded);
}

static const struct connection_limits wide = { 100, 100, 100, 100, 100, 100 };

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

/* A socket pair's end that somebody holds, and the other end to see what becomes of it. */
static int hold_from(const char *text, struct limits_entry *entry,
	struct connection_limits limits, int *far)
{
	int ends[2];
	const struct sockaddr_storage from = address(text);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_null(limits_enter(entry, &limits, ends[0], (const struct sockaddr *)&from,
		&crowded));
	*far = ends[1];
	return ends[0];
}

static int hold(struct limits_entry *entry, struct connection_limits limits, int *far)
{
	return hold_from("192.0.2.1", entry, limits, far);
}

static bool is_open(int far)
{
	char octet;
	return recv(far, &octet, 1, MSG_DONTWAIT) < 0;
}

static unsigned count_open(const int *far, unsigned count)
{
	unsigned open = 0;
	for (unsigned i = 0; i < count; i++) {
		open += is_open(far[i]);
	}
	return open;
}

static void leave_all(struct limits_entry *entries, const int *near, const int *far,
	unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		limits_detach(&entries[i]);
		limits_leave(&entries[i]);
		close(near[i]);
		close(far[i]);
	}
	assert_int_equal(limits_count(), 0);
}

/* Two of other networks come first; then one network sends so many that all have to go but
 * the limit. `format` has place for a number. */
static void flood(const char *first, const char *second, const char *format)
{
	enum {
		LIMIT = 16,
		CROWD = 200
	};
	const struct connection_limits limits = { 999, LIMIT, 999, 9, 9, 2 };
	static struct limits_entry entries[CROWD + 2];
	static int near[CROWD + 2], far[CROWD + 2];
	for (unsigned i = 0; i < CROWD + 2; i++) {
		char text[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), i == 0 ? first : i == 1 ? second : format, i);
#pragma GCC diagnostic pop
		near[i] = hold_from(text, &entries[i], limits, &far[i]);
	}
	assert_int_equal(count_open(far, CROWD + 2), LIMIT);
	check_true(first, is_open(far[0]));
	check_true(second, is_open(far[1]));
	check_true(format, is_open(far[CROWD + 1]) && !is_open(far[2]));
	leave_all(entries, near, far, CROWD + 2);
}

static void a_crowded_network_pushes_out_its_own(void **state)
{
	(void)state;
	flood("192.0.2.1", "2001:db8:1::1", "198.51.100.%u");
	flood("198.51.101.1", "2001:db8:1::1", "198.51.100.%u");
	flood("192.0.2.1", "2001:db8:1::1", "2001:db8:2:%x::1");
	flood("192.0.2.1", "2001:db8:1:ffff::1", "::ffff:198.51.100.%u");
}

static void of_networks_alike_the_oldest_goes(void **state)
{
	(void)state;
	const struct connection_limits three = { 9, 3, 9, 9, 9, 2 };
	struct limits_entry entries[6];
	int near[6], far[6];
	static const char *const from[] = { "10.1.1.1", "10.1.2.1", "10.1.3.1", "10.1.4.1",
		"10.1.4.2", "10.1.5.1" };
	static const char *const open[] = { "y", "yy", "yyy", "nyyy", "nyyny", "nnynyy" };
	for (unsigned i = 0; i < 6; i++) {
		near[i] = hold_from(from[i], &entries[i], three, &far[i]);
		for (unsigned j = 0; j <= i; j++) {
			check_true(open[i], is_open(far[j]) == (open[i][j] == 'y'));
		}
	}
	leave_all(entries, near, far, 6);
}

static void the_oldest_unauthenticated_one_makes_room(void **state)
{
	(void)state;
	const struct connection_limits two = { 9, 2, 9, 9, 9, 2 };
	struct limits_entry entries[4];
	int near[4], far[4];
	char octet;
	for (unsigned i = 0; i < 3; i++) {
		near[i] = hold(&entries[i], two, &far[i]);
		if (i == 0) {
			/* Authenticated, and so never in the way. */
			assert_null(limits_authenticated(&entries[0], &two, "a.example",
				NULL));
		}
	}
	assert_int_equal(recv(far[1], &octet, 1, MSG_DONTWAIT), -1);
	assert_null(crowded);
	near[3] = hold(&entries[3], two, &far[3]);
	assert_string_equal(crowded, "max-handshakes");
	assert_int_equal(recv(far[1], &octet, 1, 0), 0);
	assert_int_equal(recv(far[0], &octet, 1, MSG_DONTWAIT), -1);
	assert_int_equal(recv(far[2], &octet, 1, MSG_DONTWAIT), -1);
	assert_int_equal(recv(far[3], &octet, 1, MSG_DONTWAIT), -1);
	assert_int_equal(limits_count(), 4); /* until its thread has left */
	leave_all(entries, near, far, 4);
}

static void where_there_is_no_room_the_unauthenticated_make_some(void **state)
{
	(void)state;
	enum {
		CROWD = 17,
		MORE = 4,
		ALL = CROWD + MORE
	};
	struct limits_entry entries[ALL];
	int near[ALL], far[ALL];
	for (unsigned i = 0; i < CROWD; i++) {
		near[i] = hold_from(i == 1 ? "192.0.2.1" : "198.51.100.1", &entries[i],
			wide, &far[i]);
	}
	assert_null(limits_authenticated(&entries[0], &wide, "a.example", NULL));
	/* Of 16, the first ones of the crowd. */
	assert_int_equal(limits_make_room(), 2);
	assert_true(is_open(far[0]) && is_open(far[1]));
	assert_false(is_open(far[2]) || is_open(far[3]));
	assert_int_equal(count_open(far, CROWD), CROWD - 2);
	assert_int_equal(limits_make_room(), 0); /* those have not left yet */
	/* Others come, and there are no more than before. */
	near[CROWD] = hold_from("203.0.113.1", &entries[CROWD], wide, &far[CROWD]);
	assert_string_equal(crowded, "");
	assert_true(is_open(far[CROWD]) && !is_open(far[4]));
	assert_int_equal(count_open(far, CROWD + 1), CROWD - 2);
	/* It was not enough, and they go on. */
	later_s += 1;
	assert_int_equal(limits_make_room(), 2);
	later_s += 9;
	near[CROWD + 1] = hold(&entries[CROWD + 1], wide, &far[CROWD + 1]);
	assert_non_null(crowded);
	/* For some seconds only. */
	later_s += 1;
	for (unsigned i = CROWD + 2; i < ALL; i++) {
		near[i] = hold(&entries[i], wide, &far[i]);
		assert_null(crowded);
	}
	leave_all(entries, near, far, ALL);
}

static void the_last_unauthenticated_one_stays(void **state)
{
	(void)state;
	struct limits_entry entries[2];
	int near[2], far[2];
	later_s += 60;
	for (unsigned i = 0; i < 2; i++) {
		near[i] = hold(&entries[i], wide, &far[i]);
	}
	assert_int_equal(limits_make_room(), 1);
	assert_true(!is_open(far[0]) && is_open(far[1]));
	later_s += 60;
	assert_int_equal(limits_make_room(), 0);
	assert_true(is_open(far[1]));
	assert_null(limits_authenticated(&entries[1], &wide, "a.example", NULL));
	assert_int_equal(limits_make_room(), 0);
	assert_true(is_open(far[1]));
	leave_all(entries, near, far, 2);
}

static void the_unauthenticated_do_not_keep_the_place_full(void **state)
{
	(void)state;
	const struct connection_limits two = { 2, 9, 9, 9, 9, 2 };
	struct limits_entry entries[3];
	int near[2], far[2];
	char octet;
	for (unsigned i = 0; i < 2; i++) {
		near[i] = hold(&entries[i], two, &far[i]);
	}
	assert_non_null(enter(&entries[2], two, "192.0.2.2"));
	assert_int_equal(recv(far[0], &octet, 1, 0), 0);
	assert_int_equal(recv(far[1], &octet, 1, MSG_DONTWAIT), -1);
	limits_leave(&entries[0]);
	assert_null(enter(&entries[2], two, "192.0.2.2"));
	limits_leave(&entries[1]);
	limits_leave(&entries[2]);
	for (unsigned i = 0; i < 2; i++) {
		close(near[i]);
		close(far[i]);
	}
}

static void a_network_of_64_bits_is_one_address(void **state)
{
	(void)state;
	const struct connection_limits one = { 9, 9, 1, 9, 9, 2 };
	struct limits_entry entries[2];
	assert_null(enter(&entries[0], one, "2001:db8:0:1::1"));
	assert_non_null(enter(&entries[1], one, "2001:db8:0:1:ffff::2"));
	limits_leave(&entries[0]);
	/* As it is the other way round for these two. */
	assert_null(enter(&entries[0], one, "::ffff:192.0.2.7"));
	assert_non_null(enter(&entries[1], one, "192.0.2.7"));
	limits_leave(&entries[0]);
}

static void addresses_seldom_share_a_place(void **state)
{
	(void)state;
	const struct connection_limits one = { 1000, 1000, 1, 1, 9, 2 };
	static struct limits_entry entries[200];
	unsigned in = 0;
	for (unsigned i = 0; i < 200; i++) {
		char text[32];
		snprintf(text, sizeof(text), "10.%u.7.%u", i * 3 % 256, i);
		in += enter(&entries[in], one, text) == NULL;
	}
	/* 200 in 65536: more than a few in one place are no chance. */
	assert_true(in > 190);
	while (in > 0) {
		limits_leave(&entries[--in]);
	}
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
		cmocka_unit_test(a_crowded_network_pushes_out_its_own),
		cmocka_unit_test(of_networks_alike_the_oldest_goes),
		cmocka_unit_test(the_oldest_unauthenticated_one_makes_room),
		cmocka_unit_test(the_unauthenticated_do_not_keep_the_place_full),
		cmocka_unit_test(a_network_of_64_bits_is_one_address),
		cmocka_unit_test(addresses_seldom_share_a_place),
		cmocka_unit_test(all_are_sent_away),
		cmocka_unit_test(who_does_not_leave_is_counted),
		cmocka_unit_test(who_does_not_leave_is_waited_for),
		/* The last ones: for them time goes on, and others wait for real. */
		cmocka_unit_test(where_there_is_no_room_the_unauthenticated_make_some),
		cmocka_unit_test(the_last_unauthenticated_one_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
