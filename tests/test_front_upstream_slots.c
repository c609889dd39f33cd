/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which connections to an upstream server there may be, which have to give way, and which
 * wait. */

#include "check.h"
#include "endpoint.h"
#include "upstream_slots.h"

#include <netinet/in.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 10

static struct loop *loop;
static sem_t woken;

static void count_wake(void *arg)
{
	(void)arg;
	sem_post(&woken);
}

static struct loop_call wake = { .run = count_wake };

static int make(void **state)
{
	(void)state;
	wake.loop = loop = loop_new(64);
	return loop != NULL ? sem_init(&woken, 0, 0) : -1;
}

static int clear(void **state)
{
	(void)state;
	loop_free(loop);
	return sem_destroy(&woken);
}

static bool is_woken(void)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	return sem_timedwait(&woken, &until) == 0;
}

/* When all that was posted before has run. */
static bool is_left_alone(void)
{
	struct loop_call last = { .loop = loop, .run = count_wake };
	loop_post(&last);
	return is_woken() && sem_trywait(&woken) != 0;
}

static struct sockaddr_storage server(uint16_t port)
{
	struct sockaddr_storage address = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	return address;
}

/* Whether it is there; it may be waited for, too. */
static bool want(struct upstream_slot *slot, uint16_t port, unsigned most)
{
	const struct sockaddr_storage address = server(port);
	*slot = (struct upstream_slot){ 0 };
	assert_true(upstream_slot_take(slot, &address, most, &wake));
	return upstream_slot_is_taken(slot);
}

static bool take(struct upstream_slot *slot, uint16_t port, unsigned most)
{
	bool taken = want(slot, port, most);
	if (!taken) {
		upstream_slot_give(slot);
	}
	return taken;
}

/* A connection, and the other side of it. */
struct line {
	struct upstream_slot slot;
	int ends[2];
};

static void connect_line(struct line *line, uint16_t port, unsigned most)
{
	assert_true(take(&line->slot, port, most));
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
	assert_true(take(&slots[0], 1, 2));
	assert_true(take(&slots[1], 1, 2));
	assert_false(take(&slots[2], 1, 2));
	assert_true(take(&slots[2], 2, 2));
	upstream_slot_give(&slots[0]);
	assert_true(take(&slots[3], 1, 2));
	upstream_slot_give(&slots[0]); /* twice is once */
	assert_false(take(&slots[0], 1, 2));
	for (unsigned i = 1; i < 4; i++) {
		upstream_slot_give(&slots[i]);
	}
	assert_true(take(&slots[0], 1, 1));
	upstream_slot_give(&slots[0]);
}

static bool take_path(struct upstream_slot *slot, const char *path)
{
	struct endpoint at;
	assert_null(endpoint_read(&at, path));
	*slot = (struct upstream_slot){ 0 };
	assert_true(upstream_slot_take(slot, &at.socket, 1, &wake));
	bool taken = upstream_slot_is_taken(slot);
	if (!taken) {
		upstream_slot_give(slot);
	}
	return taken;
}

static void a_path_is_a_server_too(void **state)
{
	(void)state;
	struct upstream_slot slots[2], more;
	assert_true(take_path(&slots[0], "/run/dance-mqtt/broker-a.sock"));
	assert_true(take_path(&slots[1], "/run/dance-mqtt/broker-b.sock"));
	assert_false(take_path(&more, "/run/dance-mqtt/broker-a.sock"));
	upstream_slot_give(&slots[0]);
	assert_true(take_path(&more, "/run/dance-mqtt/broker-a.sock"));
	upstream_slot_give(&slots[1]);
	upstream_slot_give(&more);
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
	assert_false(take(&later.slot, 1, 3));
	assert_true(is_open(&lines[0]));
	/* One that has given way takes nothing with it. */
	disconnect(&lines[1]);
	assert_false(take(&later.slot, 1, 3));
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

/* In turn, and only when there is one. */
static void who_waits_is_served_when_one_is_free_or_idle(void **state)
{
	(void)state;
	for (int idle = 0; idle < 2; idle++) {
		struct line line;
		struct upstream_slot first, second;
		connect_line(&line, 1, 1);
		assert_false(want(&first, 1, 1));
		assert_false(want(&second, 1, 1));
		assert_true(is_left_alone());
		if (idle == 1) {
			upstream_slot_rest(&line.slot, line.ends[0]);
		} else {
			upstream_slot_give(&line.slot);
		}
		assert_true(is_woken());
		assert_true(upstream_slot_is_taken(&first));
		assert_false(upstream_slot_is_taken(&second));
		assert_true(is_open(&line) == (idle == 0));
		upstream_slot_give(&first);
		assert_true(is_woken());
		assert_true(upstream_slot_is_taken(&second));
		upstream_slot_give(&second);
		disconnect(&line);
		assert_true(is_left_alone());
	}
}

static void who_comes_later_does_not_overtake(void **state)
{
	(void)state;
	struct line lines[2];
	struct upstream_slot waiting, late, later;
	connect_line(&lines[0], 1, 2);
	connect_line(&lines[1], 1, 2);
	assert_false(want(&waiting, 1, 1)); /* for fewer connections, after a reload */
	assert_false(want(&late, 1, 2));
	upstream_slot_give(&lines[0].slot);
	assert_false(upstream_slot_is_taken(&late));
	assert_false(want(&later, 1, 2));
	upstream_slot_give(&later);
	upstream_slot_give(&lines[1].slot);
	assert_true(upstream_slot_is_taken(&waiting));
	assert_true(upstream_slot_is_taken(&late));
	assert_true(is_woken());
	upstream_slot_give(&waiting);
	upstream_slot_give(&late);
	disconnect(&lines[0]);
	disconnect(&lines[1]);
	(void)is_left_alone();
	while (sem_trywait(&woken) == 0) {
	}
}

static void who_waits_no_longer_takes_nothing(void **state)
{
	(void)state;
	struct line line;
	struct upstream_slot slots[2];
	connect_line(&line, 1, 1);
	assert_false(want(&slots[0], 1, 1));
	assert_false(want(&slots[1], 1, 1));
	upstream_slot_give(&slots[0]);
	upstream_slot_give(&slots[1]);
	disconnect(&line);
	assert_true(is_left_alone());
	assert_true(take(&slots[0], 1, 1));
	assert_false(take(&slots[1], 1, 1));
	upstream_slot_give(&slots[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_server_has_so_many_and_no_more),
		cmocka_unit_test(a_path_is_a_server_too),
		cmocka_unit_test(the_one_that_is_idle_longest_gives_way),
		cmocka_unit_test(fewer_after_a_reload_take_more_than_one_away),
		cmocka_unit_test(the_last_of_a_server_may_have_given_way),
		cmocka_unit_test(who_waits_is_served_when_one_is_free_or_idle),
		cmocka_unit_test(who_comes_later_does_not_overtake),
		cmocka_unit_test(who_waits_no_longer_takes_nothing),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
