/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who leaves when there is no room: those who are not authenticated, and of them the ones of a
 * crowded network first. */

#include "limits_scene.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crowded_network_pushes_out_its_own),
		cmocka_unit_test(of_networks_alike_the_oldest_goes),
		cmocka_unit_test(the_oldest_unauthenticated_one_makes_room),
		cmocka_unit_test(the_unauthenticated_do_not_keep_the_place_full),
		cmocka_unit_test(a_network_of_64_bits_is_one_address),
		cmocka_unit_test(addresses_seldom_share_a_place),
		/* The last ones: for them time goes on, and others wait for real. */
		cmocka_unit_test(where_there_is_no_room_the_unauthenticated_make_some),
		cmocka_unit_test(the_last_unauthenticated_one_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
