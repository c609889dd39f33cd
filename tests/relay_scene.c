/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The relay in its thread, what its owner decides, and what is said and heard at the
 * far ends. */

#include "monotonic.h"
#include "relay_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"

struct scene scene;

/* A message is one octet that says how it is decided, then whatever. */
static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	assert_ptr_equal(arg, &scene);
	if (scene.undecided > 0) {
		scene.undecided--;
		return RELAY_UNDECIDED;
	}
	scene.decisions++;
	switch (size > 0 ? message[0] : 'c') {
	case 'n':
		scene.next = true;
		return RELAY_PASS;
	case 'p':
		scene.next = false;
		return RELAY_PASS;
	case 'a':
	case 'l':
		memcpy(reply->octets, "no", 2);
		reply->size = 2;
		return message[0] == 'a' ? RELAY_ANSWER : RELAY_LAST;
	case 'L':
		return RELAY_LAST;
	default:
		return RELAY_CLOSE;
	}
}

static enum relay_link connect_server(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	(void)arg;
	if (scene.connected == ROWS(scene.near)) {
		return RELAY_UNREACHABLE;
	}
	if (scene.late > 0) {
		scene.late--;
		wait->deadline = monotonic_ms() + 1;
		return RELAY_CONNECTING;
	}
	*server = (struct stream){ .fd = scene.near[scene.connected++] };
	memcpy(preface->octets, "PREFACE", 7);
	preface->size = 7;
	return RELAY_CONNECTED;
}

static void fail_query(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	(void)arg;
	scene.failures++;
	reply->octets[0] = 'F';
	memcpy(reply->octets + 1, message, size);
	reply->size = size + 1;
}

static void count_passed(void *arg, const uint8_t *message, size_t size)
{
	(void)arg;
	assert_true(size > 0 && (message[0] == 'p' || message[0] == 'n'));
	scene.passed++;
}

static void count_answer(void *arg, const uint8_t *message, size_t size)
{
	(void)arg;
	(void)message;
	scene.answers += size > 0;
}

static void count_rest(void *arg, int fd)
{
	(void)arg;
	assert_int_equal(fd, scene.near[scene.connected - 1]);
	scene.rests++;
}

static bool is_for_this_server(void *arg)
{
	(void)arg;
	return !scene.next;
}

static void count_leave(void *arg)
{
	(void)arg;
	scene.leaves++;
}

static const struct relay_hooks hooks = {
	.decide = decide,
	.connect = connect_server,
	.fail = fail_query,
	.passed = count_passed,
	.answered = count_answer,
	.rested = count_rest,
	.resume = is_for_this_server,
	.leaving = count_leave,
};

static struct pollfd watched(int fd, short events)
{
	return (struct pollfd){ .fd = events != 0 ? fd : -1, .events = events };
}

/* Until it is worth to run the relay again. Its owner's word is one, too. */
static void wait_for(const struct relay_wait *wait)
{
	int64_t left = wait->deadline == INT64_MAX ? 1 : wait->deadline - monotonic_ms();
	struct pollfd sides[] = { watched(scene.near_client.fd, wait->client),
		watched(scene.relay.server.fd, wait->server) };
	const struct relay *relay = &scene.relay;
	atomic_store(&scene.holds,
		relay->down.octets != NULL || relay->own != NULL ||
			relay->up.octets != NULL);
	atomic_fetch_add(wait->deadline == 0 ? &scene.yields : &scene.waits, 1);
	(void)poll(sides, 2, left > 0 ? (int)left : 0);
}

static void *run(void *arg)
{
	(void)arg;
	struct relay_wait wait;
	while (relay_run(&scene.relay, &wait)) {
		wait_for(&wait);
	}
	scene.outcome = relay_outcome(&scene.relay);
	relay_clear(&scene.relay);
	buffers_clear(&scene.buffers);
	stream_close(&scene.near_client);
	return NULL;
}

static void pair(int *near, int *far)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	assert_int_equal(setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &patience,
				 sizeof(patience)),
		0);
	*near = ends[0];
	*far = ends[1];
}

static void begin_with(unsigned idle_ms, unsigned answer_ms, unsigned rest_ms,
	int64_t deadline_ms)
{
	memset(&scene, 0, sizeof(scene));
	scene.near_client = STREAM_NONE;
	pair(&scene.near_client.fd, &scene.client);
	pair(&scene.near[0], &scene.servers[0]);
	pair(&scene.near[1], &scene.servers[1]);
	const struct relay_times times = {
		.idle_ms = idle_ms,
		.answer_ms = answer_ms,
		.rest_ms = rest_ms,
		.deadline = deadline_ms != 0 ? monotonic_ms() + deadline_ms : 0,
	};
	relay_begin(&scene.relay, &scene.near_client, &times, &hooks, &scene,
		&scene.buffers);
	assert_int_equal(pthread_create(&scene.thread, NULL, run, NULL), 0);
}

void begin(unsigned idle_ms, unsigned answer_ms, int64_t deadline_ms)
{
	begin_with(idle_ms, answer_ms, 0, deadline_ms);
}

void begin_patiently(void)
{
	begin(PATIENCE_S * 1000, PATIENCE_S * 1000, 0);
}

void begin_with_a_query(void)
{
	begin_patiently();
	say(scene.client, "pass");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass");
}

void begin_restful(unsigned rest_ms)
{
	begin_with(PATIENCE_S * 1000, PATIENCE_S * 1000, rest_ms, 0);
}

void close_scene(void)
{
	close(scene.client);
	for (unsigned i = 0; i < 2; i++) {
		close(scene.servers[i]);
		if (i >= scene.connected) {
			close(scene.near[i]);
		}
	}
}

void expect_end(enum relay_outcome outcome)
{
	assert_int_equal(pthread_join(scene.thread, NULL), 0);
	assert_int_equal(scene.outcome, outcome);
	close_scene();
}

void say_octets(int fd, const void *octets, size_t size)
{
	assert_int_equal(send(fd, octets, size, MSG_NOSIGNAL), size);
}

void say(int fd, const char *text)
{
	uint8_t message[256];
	size_t size = strlen(text);
	message[0] = 0;
	message[1] = (uint8_t)size;
	memcpy(message + 2, text, size);
	say_octets(fd, message, size + 2);
}

void hear_octets(int fd, void *octets, size_t size)
{
	if (size > 0) {
		assert_int_equal(recv(fd, octets, size, MSG_WAITALL), size);
	}
}

void hear(int fd, const char *text)
{
	uint8_t message[256] = { 0 };
	hear_octets(fd, message, 2);
	assert_int_equal(message[0] << 8 | message[1], strlen(text));
	hear_octets(fd, message, strlen(text));
	assert_memory_equal(message, text, strlen(text));
}

void hear_preface(int fd)
{
	char preface[7];
	hear_octets(fd, preface, sizeof(preface));
	assert_memory_equal(preface, "PREFACE", sizeof(preface));
}

void hear_end(int fd)
{
	char octet;
	ssize_t got = recv(fd, &octet, 1, 0);
	assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
}

void hang_up(int fd)
{
	assert_int_equal(shutdown(fd, SHUT_RDWR), 0);
}
