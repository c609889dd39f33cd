/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * poll() fails, for want of memory: nobody turns in circles meanwhile, and all goes on
 * afterwards. */

#include "check.h"
#include "monotonic.h"
#include "relay_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

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

static void a_relay_does_not_turn_in_circles(void **state)
{
	(void)state;
	begin(PATIENCE_S * 1000, PATIENCE_S * 1000, LASTS_MS);
	expect_end(RELAY_IDLE);
	assert_true(atomic_load(&calls) < CALLS_MAX);
}

static void a_relay_goes_on(void **state)
{
	(void)state;
	begin_patiently();
	say(scene.client, "pass one");
	hear_preface(scene.servers[0]);
	hear(scene.servers[0], "pass one");
	say(scene.servers[0], "answer one");
	hear(scene.client, "answer one");
	atomic_store(&failing, false);
	say(scene.client, "pass two");
	hear(scene.servers[0], "pass two");
	hang_up(scene.servers[0]);
	hang_up(scene.client);
	pthread_join(scene.thread, NULL);
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
		ONE(a_relay_does_not_turn_in_circles),
		ONE(a_relay_goes_on),
		ONE(a_stream_waits_as_long_as_it_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
