/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * poll() fails, for want of memory: nobody turns in circles meanwhile, and all goes on
 * afterwards. */

#include "check.h"
#include "monotonic.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 10
#define LASTS_MS 300
#define CALLS_MAX \
	100 /* in that time: many more than are needed, many fewer than in a circle */

static atomic_bool failing;
static atomic_uint calls;

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	atomic_fetch_add(&calls, 1);
	if (atomic_load(&failing)) {
		errno = ENOMEM;
		return -1;
	}
	return __real_poll(fds, count, timeout);
}

static int fail_poll(void **state)
{
	(void)state;
	atomic_store(&failing, true);
	atomic_store(&calls, 0);
	return 0;
}

static int succeed(void **state)
{
	(void)state;
	atomic_store(&failing, false);
	return 0;
}

/* Lets poll() succeed after some calls. */
static void *mend(void *arg)
{
	const int *far = arg;
	while (atomic_load(&calls) < 2) {
		usleep(1000);
	}
	atomic_store(&failing, false);
	assert_int_equal(send(*far, "octets", 6, 0), 6);
	return NULL;
}

static void a_stream_waits_as_long_as_it_is_told(void **state)
{
	(void)state;
	uint8_t octets[6];
	int ends[2];
	pthread_t thread;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	struct stream stream = { .fd = ends[0] };
	int64_t deadline = monotonic_ms() + LASTS_MS;
	assert_false(stream_get(&stream, octets, sizeof(octets), deadline));
	assert_true(monotonic_ms() >= deadline);
	assert_true(atomic_load(&calls) < CALLS_MAX);
	atomic_store(&calls, 0);
	assert_int_equal(pthread_create(&thread, NULL, mend, &ends[1]), 0);
	assert_true(stream_get(&stream, octets, sizeof(octets),
		monotonic_ms() + PATIENCE_S * 1000));
	pthread_join(thread, NULL);
	stream_close(&stream);
	close(ends[1]);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, fail_poll, succeed)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_stream_waits_as_long_as_it_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
