/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What limits_scene.h promises, and what stands in front of the kernel for it. */

#include "limits_scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

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

bool asked_for_time_of_day;
time_t later_s;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	asked_for_time_of_day = asked_for_time_of_day || clock == CLOCK_REALTIME;
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += later_s;
	return result;
}

struct sockaddr_storage address(const char *text)
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

const char *crowded;

const char *enter(struct limits_entry *entry, struct connection_limits limits,
	const char *from)
{
	const struct sockaddr_storage socket = address(from);
	return limits_enter(entry, &limits, -1, (const struct sockaddr *)&socket, &crowded);
}

const struct connection_limits wide = { 100, 100, 100, 100, 100, 100 };
