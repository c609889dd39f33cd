/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What relay_steps_scene.h promises, and the monotonic_ms() of the test: a relay's hooks, which
 * note that they were asked and answer as the test wants, and its socket pairs. What is right
 * only the tests know. */

#include "relay_steps_scene.h"

#include "dns_writer.h"
#include "monotonic.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int64_t now;

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

struct relay relay;
struct stream client;
struct relay_wait wanted;
struct counter answer_octets;
int far_client, far_server;
char journal[512];
enum relay_decision decision;
enum relay_link link_is;
bool takes_on = true;
bool answers_nothing;
int server_fd = -1;

static struct buffers buffers;
static int standard_input;

static void note(const char *what, size_t size)
{
	size_t used = strlen(journal);
	snprintf(journal + used, sizeof(journal) - used, "%s %zu;", what, size);
}

static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	assert_ptr_equal(arg, &decision);
	assert_int_equal(message[size - 1], 'e');
	note("decide", size);
	if (decision != RELAY_PASS) {
		memcpy(reply->octets, "our own", 7);
		reply->size = 7;
	}
	return decision;
}

static enum relay_link connect_server(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	(void)arg;
	note("connect", 0);
	assert_true(wait->deadline == NEVER);
	if (link_is == RELAY_CONNECTED) {
		*server = (struct stream){ .fd = server_fd };
		memcpy(preface->octets, "preface", 7);
		preface->size = 7;
	} else if (link_is == RELAY_CONNECTING) {
		wait->server = POLLOUT;
		wait->deadline = now + 77;
	}
	return link_is;
}

static void fail_query(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	(void)arg;
	assert_int_equal(message[size - 1], 'e');
	note("fail", size);
	if (!answers_nothing) {
		memcpy(reply->octets, "failed", 6);
		reply->size = 6;
	}
}

static void passed(void *arg, const uint8_t *message, size_t size)
{
	(void)arg;
	assert_int_equal(message[size - 1], 'e');
	note("passed", size);
}

static void answered(void *arg, const uint8_t *message, size_t size)
{
	(void)arg;
	assert_int_equal(message[2] & 0x80, 0x80);
	note("answered", size);
}

static void rested(void *arg, int fd)
{
	(void)arg;
	assert_int_equal(fd, server_fd);
	note("rested", 0);
}

static bool resume(void *arg)
{
	(void)arg;
	note("resume", takes_on);
	return takes_on;
}

static void leaving(void *arg)
{
	(void)arg;
	note("leaving", 0);
}

static const struct relay_hooks hooks = {
	.decide = decide,
	.connect = connect_server,
	.fail = fail_query,
	.passed = passed,
	.answered = answered,
	.rested = rested,
	.resume = resume,
	.leaving = leaving,
};

void pair(int *near, int *away)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	*near = ends[0];
	*away = ends[1];
}

void begin_with(const struct relay_times *times)
{
	relay_begin(&relay, &client, times, &hooks, &decision, &buffers);
	relay_count_answers(&relay, &answer_octets);
}

int begin_scene(void **state)
{
	(void)state;
	int near;
	now = BEGIN;
	journal[0] = '\0';
	answer_octets = (struct counter){ 0 };
	decision = RELAY_PASS;
	link_is = RELAY_CONNECTED;
	takes_on = true;
	answers_nothing = false;
	client = STREAM_NONE;
	standard_input = fcntl(STDIN_FILENO, F_DUPFD, 10);
	pair(&client.fd, &far_client);
	pair(&near, &far_server);
	assert_int_equal(dup2(near, 0), 0);
	close(near);
	server_fd = 0;
	const struct relay_times times = { .idle_ms = IDLE, .answer_ms = ANSWER };
	begin_with(&times);
	return 0;
}

int end_scene(void **state)
{
	(void)state;
	relay_clear(&relay);
	relay_clear(&relay); /* which has nothing left */
	buffers_clear(&buffers);
	stream_close(&client);
	close(far_client);
	close(far_server);
	(void)dup2(standard_input, STDIN_FILENO);
	close(standard_input);
	return 0;
}

void expect_told(const char *what)
{
	assert_string_equal(journal, what);
	journal[0] = '\0';
}

void expect_wait(short of_client, short of_server, int64_t ms)
{
	memset(&wanted, 0xee, sizeof(wanted));
	assert_true(relay_run(&relay, &wanted));
	assert_int_equal(wanted.client, of_client);
	assert_int_equal(wanted.server, of_server);
	assert_int_equal(wanted.deadline, ms == NEVER ? NEVER : now + ms);
}

void expect_over(enum relay_outcome outcome)
{
	assert_false(relay_run(&relay, &wanted));
	assert_int_equal(relay_outcome(&relay), outcome);
}

void say(int fd, const void *data, size_t size)
{
	assert_int_equal(send(fd, data, size, MSG_NOSIGNAL), size);
}

static struct dns_message query(uint16_t id)
{
	struct dns_message message = dns_begin(id, 0, DNS_SOA);
	dns_put(&message, "e", 1); /* by which it is known again */
	return message;
}

static void say_message(int fd, const struct dns_message *message)
{
	const uint8_t length[] = { 0, (uint8_t)message->size };
	say(fd, length, sizeof(length));
	say(fd, message->octets, message->size);
}

void ask(uint16_t id)
{
	const struct dns_message message = query(id);
	assert_int_equal(message.size, QUERY_SIZE);
	say_message(far_client, &message);
}

void server_answers(uint16_t id)
{
	struct dns_message message = dns_begin(id, 0x8000, DNS_SOA);
	dns_soa(&message, 1, 7);
	assert_int_equal(message.size, ANSWER_SIZE);
	say_message(far_server, &message);
}

void expect_octets(int fd, size_t size)
{
	uint8_t data[4096];
	ssize_t got = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	assert_int_equal(got < 0 ? 0 : got, size);
}

void expect_ours(const char *text)
{
	uint8_t data[64];
	ssize_t got = recv(far_client, data, sizeof(data), MSG_DONTWAIT);
	assert_int_equal(got, 2 + strlen(text));
	assert_int_equal(data[0] << 8 | data[1], strlen(text));
	assert_memory_equal(data + 2, text, strlen(text));
}

void begin_with_a_query(void)
{
	ask(1);
	expect_wait(POLLIN, POLLIN, ANSWER);
	expect_told("decide 30;connect 0;passed 30;");
	expect_octets(far_server, 7 + 2 + QUERY_SIZE);
}

void begin_with_an_answer(void)
{
	begin_with_a_query();
	server_answers(1);
	expect_wait(POLLIN, POLLIN, IDLE);
	expect_told("answered 68;rested 0;");
	expect_octets(far_client, 2 + ANSWER_SIZE);
	assert_int_equal(counter_read(&answer_octets), ANSWER_SIZE);
}
