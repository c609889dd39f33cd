/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sockets that the service manager has passed (sd_listen_fds(3)). */

#include "check.h"
#include "handed.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void only_ours_are_counted_and_only_so_many(void **state)
{
	(void)state;
	char mine[32];
	snprintf(mine, sizeof(mine), "%ld", (long)getpid());
	const struct {
		const char *pid, *fds;
		int count;
	} rows[] = {
		{ mine, "1", 1 },
		{ mine, "2", 2 },
		{ mine, "128", 128 },
		{ mine, "129", 0 },
		{ mine, "0", 0 },
		{ mine, "-1", 0 },
		{ mine, "", 0 },
		{ mine, "x", 0 },
		{ mine, NULL, 0 },
		{ "1", "1", 0 },
		{ "", "1", 0 },
		{ NULL, "1", 0 },
		{ NULL, NULL, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsetenv("LISTEN_PID");
		unsetenv("LISTEN_FDS");
		if (rows[i].pid != NULL) {
			setenv("LISTEN_PID", rows[i].pid, 1);
		}
		if (rows[i].fds != NULL) {
			setenv("LISTEN_FDS", rows[i].fds, 1);
		}
		assert_int_equal(handed_count(), rows[i].count);
	}
}

static int bound_socket(int type, struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);
	*at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)at, sizeof(*at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &size), 0);
	return fd;
}

static void a_socket_is_looked_at(void **state)
{
	(void)state;
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	for (size_t i = 0; i < ROWS(types); i++) {
		struct sockaddr_storage bound;
		struct sockaddr_in at;
		const struct sockaddr_in *seen = (const struct sockaddr_in *)&bound;
		int type = -1, fd = bound_socket(types[i], &at);
		memset(&bound, 0xa5, sizeof(bound));
		assert_true(handed_look_at(fd, &bound, &type));
		assert_int_equal(type, types[i]);
		assert_int_equal(seen->sin_family, AF_INET);
		assert_int_equal(seen->sin_port, at.sin_port);
		assert_int_equal(seen->sin_addr.s_addr, at.sin_addr.s_addr);
		close(fd);
	}
	/* What the system does not fill in is zero, as the end of a path is. */
	struct sockaddr_storage bound;
	const unsigned char *octets = (const unsigned char *)&bound;
	int type, ends[2];
	memset(&bound, 0xa5, sizeof(bound));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_true(handed_look_at(ends[0], &bound, &type));
	for (size_t i = sizeof(sa_family_t); i < sizeof(bound); i++) {
		assert_int_equal(octets[i], 0);
	}
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(pipe(ends), 0);
	assert_false(handed_look_at(ends[0], &bound, &type));
	assert_false(handed_look_at(-1, &bound, &type));
	close(ends[0]);
	close(ends[1]);
}

static bool accepts(int fd)
{
	int on = 0;
	socklen_t size = sizeof(on);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size), 0);
	return on != 0;
}

static void a_socket_is_taken_as_a_copy_that_listens(void **state)
{
	(void)state;
	struct sockaddr_in at;
	int fd = bound_socket(SOCK_STREAM, &at), taken = handed_take(fd, SOCK_STREAM);
	assert_true(taken >= HANDED_FIRST && taken != fd);
	assert_true((fcntl(taken, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(taken, F_GETFD) & FD_CLOEXEC) != 0);
	assert_true(accepts(taken));
	close(taken);
	close(fd);
	fd = bound_socket(SOCK_DGRAM, &at);
	taken = handed_take(fd, SOCK_DGRAM);
	assert_true(taken >= 0);
	assert_true((fcntl(taken, F_GETFL) & O_NONBLOCK) != 0);
	close(taken);
	/* One that cannot listen, of which no copy is left. */
	int next = dup(fd);
	close(next);
	assert_int_equal(handed_take(fd, SOCK_STREAM), -1);
	int after = dup(fd);
	assert_int_equal(after, next);
	close(after);
	close(fd);
	assert_int_equal(handed_take(-1, SOCK_STREAM), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_ours_are_counted_and_only_so_many),
		cmocka_unit_test(a_socket_is_looked_at),
		cmocka_unit_test(a_socket_is_taken_as_a_copy_that_listens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
