/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the service manager is told: a socket of the test's stands in for it. */

#include "check.h"
#include "sd_notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/test_front_sd_notify.XXXXXX";
static char path[80];
static int manager = -1;

/* Listens at `name`: a path, or "@" and a name that is no file. */
static bool listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(name);
	memcpy(address.sun_path, name, size);
	if (name[0] == '@') {
		address.sun_path[0] = '\0';
	}
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	return manager >= 0 &&
		bind(manager, (const struct sockaddr *)&address,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)) == 0;
}

/* A datagram is there when it has been sent. "" if there is none. */
static const char *told(void)
{
	static char text[256];
	ssize_t size = recv(manager, text, sizeof(text) - 1, 0);
	text[size > 0 ? size : 0] = '\0';
	return text;
}

static int make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/notify", folder);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int begin(void **state)
{
	(void)state;
	return listen_at(path) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	close(manager);
	unlink(path);
	return 0;
}

static void a_state_is_one_datagram(void **state)
{
	(void)state;
	setenv("NOTIFY_SOCKET", path, 1);
	sd_notify_send("READY=1");
	sd_notify_send("STOPPING=1");
	assert_string_equal(told(), "READY=1");
	assert_string_equal(told(), "STOPPING=1");
	assert_string_equal(told(), "");
}

static uint64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void a_reload_says_when_it_began(void **state)
{
	(void)state;
	setenv("NOTIFY_SOCKET", path, 1);
	uint64_t before = now_us(), at = 0;
	sd_notify_reloading();
	uint64_t after = now_us();
	const char *text = told();
	assert_int_equal(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%" SCNu64, &at), 1);
	assert_true(before <= at && at <= after);
}

static void nobody_is_told_without_need(void **state)
{
	(void)state;
	char too_long[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
	memset(too_long, 'x', sizeof(too_long));
	too_long[0] = '/';
	too_long[sizeof(too_long) - 1] = '\0';
	const char *const names[] = { NULL, "", "/", "@", "notify", "vsock:2:1", too_long,
		"/nobody/listens/here" };
	for (size_t i = 0; i < ROWS(names); i++) {
		if (names[i] != NULL) {
			setenv("NOTIFY_SOCKET", names[i], 1);
		}
		sd_notify_send("READY=1");
		assert_string_equal(told(), "");
	}
}

static void a_name_may_be_no_file(void **state)
{
	(void)state;
#ifdef __linux__
	char name[80];
	close(manager);
	snprintf(name, sizeof(name), "@test_front_sd_notify.%ld", (long)getpid());
	assert_true(listen_at(name));
	setenv("NOTIFY_SOCKET", name, 1);
	sd_notify_send("READY=1");
	assert_string_equal(told(), "READY=1");
#else
	skip_because("only Linux has sockets that are no files");
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_state_is_one_datagram, begin, end),
		cmocka_unit_test_setup_teardown(a_reload_says_when_it_began, begin, end),
		cmocka_unit_test_setup_teardown(nobody_is_told_without_need, begin, end),
		cmocka_unit_test_setup_teardown(a_name_may_be_no_file, begin, end),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
