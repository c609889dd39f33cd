/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which connections to an upstream server there may be, which have to give way, and which
 * wait. */

#include "check.h"
#include "monotonic.h"
#include "stream.h"
#include "upstream_slots.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define LITTLE_MS 50

/* Somebody may set the time of day while one waits. */
static bool asked_for_time_of_day;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	asked_for_time_of_day = asked_for_time_of_day || clock == CLOCK_REALTIME;
	return __real_clock_gettime(clock, now);
}

static struct sockaddr_storage server(uint16_t port)
{
	struct sockaddr_storage address = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	return address;
}

static bool take(struct upstream_slot *slot, uint16_t port, unsigned most,
	unsigned patience_ms)
{
	const struct sockaddr_storage address = server(port);
	*slot = (struct upstream_slot){ 0 };
	return upstream_slot_take(slot, &address, most, monotonic_ms() + patience_ms);
}

/* A connection, and the other side of it. */
struct line {
	struct upstream_slot slot;
	int ends[2];
};

static void connect_line(struct line *line, uint16_t port, unsigned most)
{
	assert_true(take(&line->slot, port, most, 0));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, line->ends), 0);
}

static bool is_open(const struct line *line)
{
	char octet;
	return recv(line->ends[1], &octet, 1, MSG_DONTWAIT) < 0;
}

static void disconnect(struct line *line)
{
	upstream_slot_give(&line->slot);
	close(line->ends[0]);
	close(line->ends[1]);
}

static void each_server_has_so_many_and_no_more(void **state)
{
	(void)state;
	struct upstream_slot slots[4];
	assert_true(take(&slots[0], 1, 2, 0));
	assert_true(take(&slots[1], 1, 2, 0));
	assert_false(take(&slots[2], 1, 2, 0));
	assert_true(take(&slots[2], 2, 2, 0));
	upstream_slot_give(&slots[0]);
	assert_true(take(&slots[3], 1, 2, 0));
	upstream_slot_give(&slots[0]); /* twice is once */
	assert_false(take(&slots[0], 1, 2, 0));
	for (unsigned i = 1; i < 4; i++) {
		upstream_slot_give(&slots[i]);
	}
	assert_true(take(&slots[0], 1, 1, 0));
	upstream_slot_give(&slots[0]);
}

static void the_one_that_is_idle_longest_gives_way(void **state)
{
	(void)state;
	struct line lines[3], late, later;
	for (unsigned i = 0; i < 3; i++) {
		connect_line(&lines[i], 1, 3);
	}
	upstream_slot_rest(&lines[1].slot, lines[1].ends[0]);
	upstream_slot_rest(&lines[0].slot, lines[0].ends[0]);
	upstream_slot_rest(&lines[1].slot, lines[1].ends[0]); /* is so already */
	connect_line(&late, 1, 3);
	assert_false(is_open(&lines[1]));
	assert_true(is_open(&lines[0]));
	assert_true(is_open(&lines[2]));
	assert_false(upstream_slot_resume(&lines[1].slot));
	/* Busy again, so nobody gives way. */
	assert_true(upstream_slot_resume(&lines[0].slot));
	assert_false(take(&later.slot, 1, 3, 0));
	assert_true(is_open(&lines[0]));
	/* One that has given way takes nothing with it. */
	disconnect(&lines[1]);
	assert_false(take(&later.slot, 1, 3, 0));
	disconnect(&lines[0]);
	connect_line(&later, 1, 3);
	disconnect(&lines[2]);
	disconnect(&late);
	disconnect(&later);
}

static void fewer_after_a_reload_take_more_than_one_away(void **state)
{
	(void)state;
	struct line lines[3], late;
	for (unsigned i = 0; i < 3; i++) {
		connect_line(&lines[i], 1, 3);
		upstream_slot_rest(&lines[i].slot, lines[i].ends[0]);
	}
	connect_line(&late, 1, 2);
	assert_false(is_open(&lines[0]));
	assert_false(is_open(&lines[1]));
	assert_true(is_open(&lines[2]));
	for (unsigned i = 0; i < 3; i++) {
		disconnect(&lines[i]);
	}
	disconnect(&late);
}

/* Its server is forgotten before it is. */
static void the_last_of_a_server_may_have_given_way(void **state)
{
	(void)state;
	struct line first, second;
	connect_line(&first, 1, 1);
	upstream_slot_rest(&first.slot, first.ends[0]);
	connect_line(&second, 1, 1);
	disconnect(&second);
	upstream_slot_rest(&first.slot, first.ends[0]);
	assert_false(upstream_slot_resume(&first.slot));
	disconnect(&first);
}

static void *take_patiently(void *arg)
{
	struct upstream_slot *slot = arg;
	return take(slot, 1, 1, PATIENCE_MS) ? slot : NULL;
}

/* Whether the other already waits or only comes to wait, it gets one. */
static void who_waits_is_served_when_one_is_free_or_idle(void **state)
{
	(void)state;
	for (int idle = 0; idle < 2; idle++) {
		struct line line;
		struct upstream_slot waiting;
		pthread_t thread;
		void *taken;
		connect_line(&line, 1, 1);
		assert_int_equal(pthread_create(&thread, NULL, take_patiently, &waiting),
			0);
		usleep(20000);
		if (idle == 1) {
			upstream_slot_rest(&line.slot, line.ends[0]);
		} else {
			upstream_slot_give(&line.slot);
		}
		assert_int_equal(pthread_join(thread, &taken), 0);
		assert_non_null(taken);
		assert_true(is_open(&line) == (idle == 0));
		upstream_slot_give(&waiting);
		disconnect(&line);
	}
}

/* By a clock that nobody sets, for the beginning of the wait and for its end. */
static void who_waits_in_vain_waits_to_the_end(void **state)
{
	(void)state;
	struct upstream_slot slots[2];
	assert_true(take(&slots[0], 1, 1, 0));
	asked_for_time_of_day = false;
	int64_t began = monotonic_ms();
	assert_false(take(&slots[1], 1, 1, LITTLE_MS));
	assert_true(monotonic_ms() - began >= LITTLE_MS);
	assert_false(asked_for_time_of_day);
	upstream_slot_give(&slots[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_server_has_so_many_and_no_more),
		cmocka_unit_test(the_one_that_is_idle_longest_gives_way),
		cmocka_unit_test(fewer_after_a_reload_take_more_than_one_away),
		cmocka_unit_test(the_last_of_a_server_may_have_given_way),
		cmocka_unit_test(who_waits_is_served_when_one_is_free_or_idle),
		cmocka_unit_test(who_waits_in_vain_waits_to_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
