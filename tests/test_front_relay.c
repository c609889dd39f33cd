/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A relay between two socket pairs: what arrives at either end, and how it ends. The test is
 * the client and the server; the relay runs in a thread of its own. */

#include "check.h"
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 10

/* One relay at work, and the far ends of its sockets. */
static struct scene {
	struct relay relay;
	pthread_t thread;
	enum relay_end end;
	int client;
	int servers[2]; /* far ends of what the ruling connects, in this order */
	int near[2];
	unsigned connected;
	unsigned rulings;
	unsigned failures;
} scene;

/* A message is one octet that says how to rule, then whatever. */
static enum relay_ruling rule(struct relay *relay, const uint8_t *message, size_t size)
{
	scene.rulings++;
	switch (size > 0 ? message[0] : 'c') {
	case 'p':
		if (relay->server.fd < 0) {
			assert_true(scene.connected < 2);
			relay->server = (struct end){ .fd = scene.near[scene.connected++] };
			memcpy(relay->preface, "PREFACE", 7);
			relay->preface_size = 7;
		}
		return RELAY_PASS;
	case 'a':
	case 'l':
		memcpy(relay->answer, "no", 2);
		relay->answer_size = 2;
		return message[0] == 'a' ? RELAY_ANSWER : RELAY_LAST;
	default:
		return RELAY_CLOSE;
	}
}

static void fail_query(struct relay *relay, const uint8_t *message, size_t size)
{
	scene.failures++;
	relay->answer[0] = 'F';
	memcpy(relay->answer + 1, message, size);
	relay->answer_size = size + 1;
}

static void *run(void *arg)
{
	(void)arg;
	scene.end = relay_run(&scene.relay);
	relay_clear(&scene.relay);
	return NULL;
}

static void pair(int *near, int *far)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	assert_int_equal(setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &patience,
		sizeof(patience)), 0);
	*near = ends[0];
	*far = ends[1];
}

static void begin(unsigned idle_ms, unsigned answer_ms, int64_t deadline_ms)
{
	memset(&scene, 0, sizeof(scene));
	int client;
	pair(&client, &scene.client);
	pair(&scene.near[0], &scene.servers[0]);
	pair(&scene.near[1], &scene.servers[1]);
	scene.relay = (struct relay){
		.client = { .fd = client },
		.server = END_NONE,
		.idle_ms = idle_ms,
		.answer_ms = answer_ms,
		.deadline = deadline_ms != 0 ? end_now() + deadline_ms : 0,
		.rule = rule,
		.fail = fail_query,
	};
	assert_true(relay_begin(&scene.relay));
	assert_int_equal(pthread_create(&scene.thread, NULL, run, NULL), 0);
}

static void begin_patiently(void)
{
	begin(PATIENCE_S * 1000, PATIENCE_S * 1000, 0);
}

static void expect_end(enum relay_end end)
{
	assert_int_equal(pthread_join(scene.thread, NULL), 0);
	assert_int_equal(scene.end, end);
	close(scene.client);
	for (unsigned i = 0; i < 2; i++) {
		close(scene.servers[i]);
		if (i >= scene.connected) {
			close(scene.near[i]);
		}
	}
}

static void say_octets(int fd, const void *octets, size_t size)
{
	assert_int_equal(send(fd, octets, size, MSG_NOSIGNAL), size);
}

static void say(int fd, const char *text)
{
	uint8_t message[256];
	size_t size = strlen(text);
	message[0] = 0;
	message[1] = (uint8_t)size;
	memcpy(message + 2, text, size);
	say_octets(fd, message, size + 2);
}

static void hear_octets(int fd, void *octets, size_t size)
{
	if (size > 0) {
		assert_int_equal(recv(fd, octets, size, MSG_WAITALL), size);
	}
}

static void hear(int fd, const char *text)
{
	uint8_t message[256] = { 0 };
	hear_octets(fd, message, 2);
	assert_int_equal(message[0] << 8 | message[1], strlen(text));
	hear_octets(fd, message, strlen(text));
	assert_memory_equal(message, text, strlen(text));
}

static void hear_preface(int fd)
{
	char preface[7];
	hear_octets(fd, preface, sizeof(preface));
	assert_memory_equal(preface, "PREFACE", sizeof(preface));
}

static void hear_end(int fd)
{
	char octet;
	ssize_t got = recv(fd, &octet, 1, 0);
	assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
}

static void hang_up(int fd)
{
	assert_int_equal(shutdown(fd, SHUT_RDWR), 0);
}

/* --- what passes ------------------------------------------------------------------------- */

static void messages_pass_as_they_are_and_the_preface_goes_once(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	say(scene.servers[0], "answer one");
	hear(scene.client, "answer one");
	say(scene.client, "pass two");
	hear(scene.servers[0], "pass two");
	say(scene.servers[0], "first of two");
	say(scene.servers[0], "second of two");
	hear(scene.client, "first of two");
	hear(scene.client, "second of two");
	hang_up(scene.client);
	hear_end(scene.servers[0]);
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.rulings, 2);
}

static void octet_by_octet_too(void **state)
{
	(void)state;
	begin_patiently();
	const char query[] = "\0\4pass", answer[] = "\0\6answer\0\0";
	for (size_t i = 0; i < 6; i++) {
		say_octets(scene.client, query + i, 1);
		usleep(1000);
	}
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	for (size_t i = 0; i < 10; i++) {
		say_octets(scene.servers[0], answer + i, 1);
		usleep(1000);
	}
	hear(scene.client, "answer");
	hear(scene.client, ""); /* no octets are a message too */
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

/* Writes and reads at once: neither buffer holds it all. */
struct stream {
	int fd;
	size_t count;
};

static void *pour(void *arg)
{
	const struct stream *stream = arg;
	uint8_t *message = malloc(2 + 65535);
	assert_non_null(message);
	memset(message, 0xff, 2 + 65535);
	for (size_t i = 0; i < stream->count; i++) {
		message[2] = (uint8_t)i;
		say_octets(stream->fd, message, 2 + 65535);
	}
	free(message);
	return NULL;
}

static void the_largest_messages_pass_in_any_number(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	struct stream stream = { scene.servers[0], 100 };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, pour, &stream), 0);
	uint8_t *message = malloc(2 + 65535);
	assert_non_null(message);
	for (size_t i = 0; i < stream.count; i++) {
		hear_octets(scene.client, message, 2 + 65535);
		assert_int_equal(message[0], 0xff);
		assert_int_equal(message[2], (uint8_t)i);
		assert_int_equal(message[2 + 65534], 0xff);
	}
	free(message);
	assert_int_equal(pthread_join(thread, NULL), 0);
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

static void queries_need_not_wait_for_answers(void **state)
{
	(void)state;
	begin_patiently();
	say_octets(scene.client, "\0\2p1\0\2p2\0\2p3", 12);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "p1");
	hear(scene.servers[0], "p2");
	hear(scene.servers[0], "p3");
	say(scene.servers[0], "3");
	hear(scene.client, "3");
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
}

/* --- what does not ------------------------------------------------------------------------ */

static void an_answer_of_our_own_stands_between_two_of_the_server(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	say_octets(scene.servers[0], "\0\6ans", 5);
	usleep(20000);
	say(scene.client, "answer this yourself");
	hear(scene.client, "no");
	say_octets(scene.servers[0], "wer", 3);
	hear(scene.client, "answer");
	hang_up(scene.servers[0]);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.rulings, 2);
}

static void after_a_last_answer_it_ends(void **state)
{
	(void)state;
	begin_patiently();
	say_octets(scene.client, "\0\4last\0\4pass", 12);
	hear(scene.client, "no");
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
	assert_int_equal(scene.rulings, 1);
	assert_int_equal(scene.connected, 0);
}

static void it_ends_without_an_answer_where_that_is_ruled(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "close");
	hear_end(scene.client);
	expect_end(RELAY_ENDED);
}

/* --- how servers fail --------------------------------------------------------------------- */

static void a_server_that_closes_instead_of_answering_is_told_of(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	say_octets(scene.servers[0], "\0\6ans", 5); /* not even a whole answer */
	hang_up(scene.servers[0]);
	hear(scene.client, "Fpass");
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.rulings, 1);
}

static void of_later_queries_nobody_knows_which_it_has_done(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	say(scene.servers[0], "one");
	hear(scene.client, "one");
	say(scene.client, "pass two");
	hear(scene.servers[0], "pass two");
	hang_up(scene.servers[0]);
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.rulings, 2);
	assert_int_equal(scene.failures, 0);
}

static void an_answer_of_our_own_in_between_does_not_confuse_it(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	say(scene.client, "answer this yourself");
	hear(scene.client, "no");
	hang_up(scene.servers[0]);
	hear_end(scene.client); /* rather than a word on the wrong query */
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 0);
}

static void a_client_that_only_listens_on_is_told_too(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	hang_up(scene.servers[0]);
	hear(scene.client, "Fpass");
	expect_end(RELAY_SERVER_GONE);
}

static void a_transfer_that_breaks_off_ends_the_client_too(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	say(scene.servers[0], "first of two");
	say_octets(scene.servers[0], "\0\6sec", 5);
	hang_up(scene.servers[0]);
	hear(scene.client, "first of two");
	hear_end(scene.client);
	expect_end(RELAY_SERVER_GONE);
	assert_int_equal(scene.failures, 0);
}

static void a_silent_server_is_told_of(void **state)
{
	(void)state;
	begin(PATIENCE_S * 1000, 50, 0);
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	hear(scene.client, "Fpass");
	expect_end(RELAY_SERVER_SILENT);
	assert_int_equal(scene.rulings, 1);
}

/* --- how clients do ----------------------------------------------------------------------- */

static void a_client_that_says_nothing_is_left(void **state)
{
	(void)state;
	begin(50, PATIENCE_S * 1000, 0);
	hear_end(scene.client);
	expect_end(RELAY_IDLE);
}

static void a_deadline_holds_for_whoever_keeps_talking(void **state)
{
	(void)state;
	begin(PATIENCE_S * 1000, PATIENCE_S * 1000, 100);
	int refused = 0;
	for (unsigned i = 0; i < 2000 && refused == 0; i++) {
		refused = send(scene.client, "\0\1a", 3, MSG_NOSIGNAL) != 3;
		usleep(1000);
	}
	expect_end(RELAY_IDLE);
}

static void a_client_that_only_listens_on_hears_the_rest(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass");
	assert_int_equal(shutdown(scene.client, SHUT_WR), 0);
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
	say(scene.servers[0], "first");
	hear(scene.client, "first");
	hear_end(scene.servers[0]);
	say(scene.servers[0], "second");
	hang_up(scene.servers[0]);
	hear(scene.client, "second");
	expect_end(RELAY_ENDED);
}

static void a_query_has_its_time(void **state)
{
	(void)state;
	begin(PATIENCE_S * 1000, 100, 0);
	int refused = 0;
	for (unsigned i = 0; i < 2000 && refused == 0; i++) {
		refused = send(scene.client, "\1", 1, MSG_NOSIGNAL) != 1;
		usleep(2000);
	}
	expect_end(RELAY_IDLE);
	assert_int_equal(scene.rulings, 0);
}

static void a_client_that_breaks_off_a_query_is_gone(void **state)
{
	(void)state;
	begin_patiently();
	say_octets(scene.client, "\0\4pa", 4);
	hang_up(scene.client);
	expect_end(RELAY_CLIENT_GONE);
	assert_int_equal(scene.rulings, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_pass_as_they_are_and_the_preface_goes_once),
		cmocka_unit_test(octet_by_octet_too),
		cmocka_unit_test(the_largest_messages_pass_in_any_number),
		cmocka_unit_test(queries_need_not_wait_for_answers),
		cmocka_unit_test(an_answer_of_our_own_stands_between_two_of_the_server),
		cmocka_unit_test(after_a_last_answer_it_ends),
		cmocka_unit_test(it_ends_without_an_answer_where_that_is_ruled),
		cmocka_unit_test(a_server_that_closes_instead_of_answering_is_told_of),
		cmocka_unit_test(of_later_queries_nobody_knows_which_it_has_done),
		cmocka_unit_test(an_answer_of_our_own_in_between_does_not_confuse_it),
		cmocka_unit_test(a_client_that_only_listens_on_is_told_too),
		cmocka_unit_test(a_transfer_that_breaks_off_ends_the_client_too),
		cmocka_unit_test(a_silent_server_is_told_of),
		cmocka_unit_test(a_client_that_says_nothing_is_left),
		cmocka_unit_test(a_deadline_holds_for_whoever_keeps_talking),
		cmocka_unit_test(a_client_that_only_listens_on_hears_the_rest),
		cmocka_unit_test(a_query_has_its_time),
		cmocka_unit_test(a_client_that_breaks_off_a_query_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
