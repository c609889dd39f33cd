/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What upstream_scene.h promises, and what stands in front of the clock and the kernel for it. */

#include "upstream_scene.h"
#include "monotonic.h"
#include "scene.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t later_ms;
bool stays_connecting, fail_connecting;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += later_ms / 1000;
	return result;
}

bool __real_stream_is_connected(int fd);
bool __wrap_stream_is_connected(int fd);
bool __wrap_stream_is_connected(int fd)
{
	return !stays_connecting && __real_stream_is_connected(fd);
}

int __real_stream_connect_error(int fd);
int __wrap_stream_connect_error(int fd);
int __wrap_stream_connect_error(int fd)
{
	return fail_connecting ? ETIMEDOUT : __real_stream_connect_error(fd);
}

struct front *front;
struct connection *connection;
struct stream server;
struct relay_preface preface;
struct relay_wait waiting;
struct upstream_link way;
struct loop_call wake = { .run = NULL };
struct upstream_request request;
const char *why;

void begin_front(const char *more)
{
	char text[1024];
	int near, far;
	const struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(4660),
		.sin_addr = { htonl(0xc0000209) } };
	struct sockaddr_storage from = { 0 };
	memcpy(&from, &address, sizeof(address));
	publish("a.example", TTL, &front_scene_mine);
	snprintf(text, sizeof(text),
		"identity:\n  - id: it\n    name: a.example\n    address: 127.0.0.2\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1@853\n    key-file: %s\n"
		"%s",
		front_scene_key_file(), more);
	front_scene_install(text);
	front = &front_scene_runtime()->fronts[0];
	socket_pair(&near, &far);
	close(far);
	connection = connection_new(near, &from, sizeof(address), NULL, 0);
	assert_non_null(connection);
	assert_true(connection_enter(connection, false, "xot"));
	fail_connecting = false;
}

void begin_stream(const char *at, const char *more)
{
	char text[256];
	snprintf(text, sizeof(text), "    mode: stream\n    server: %s\n%s", at, more);
	begin_front(text);
}

enum relay_link ask(unsigned most, unsigned patience_ms)
{
	request = (struct upstream_request){
		.front = front,
		.connection = connection,
		.as = &front->conf->identities[0]->address,
		.most = most,
		.patience_ms = patience_ms,
		.wake = &wake,
	};
	why = NULL;
	waiting = (struct relay_wait){ .deadline = INT64_MAX };
	return upstream_connect(&way, &request, &server,
		front->conf->mode == CONF_MODE_DNS ? &preface : NULL, &waiting, &why);
}

const char *reach(unsigned most, unsigned patience_ms)
{
	enum relay_link link;
	later_ms = 0;
	server = STREAM_NONE;
	preface.size = 0;
	while ((link = ask(most, patience_ms)) == RELAY_CONNECTING) {
		assert_true(waiting.deadline <= monotonic_ms() + UPSTREAM_CONNECT_MS);
		usleep(1000);
	}
	assert_true((link == RELAY_CONNECTED) == (why == NULL));
	if (link != RELAY_CONNECTED) {
		upstream_leave(&way);
		stream_close(&server);
	}
	return why;
}

void finish(void)
{
	upstream_leave(&way);
	stream_close(&server);
	connection_close(connection);
	connection_leave(connection);
}

void leave_alone(void *arg)
{
	(void)arg;
}
