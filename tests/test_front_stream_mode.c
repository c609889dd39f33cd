/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front for streams between a client and a server that the test itself is: what reaches the
 * server, when, and how it ends. What DNS or a reload may make of it has
 * test_front_stream_permit.c. */

#include "stream_scene.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool nobody_is_there(void)
{
	struct pollfd poll_fd = { .fd = listener, .events = POLLIN };
	return poll(&poll_fd, 1, 0) == 0;
}

/* --- who gets there ---------------------------------------------------------------------- */

static void the_header_comes_before_what_the_client_says(void **state)
{
	(void)state;
	come(&mine);
	say("early");
	accept_server();
	expect_at_server("early");
	expect_flow();
	leave();
	expect_closed(server);
}

static void a_client_that_is_not_proved_reaches_nobody(void **state)
{
	(void)state;
	come(&other);
	say("early");
	expect_end(true);
	assert_true(nobody_is_there());
	leave();
}

/* It has not been told of before it is known. */
static void nothing_passes_before_dns_has_answered(void **state)
{
	(void)state;
	publish_held("c.example", TTL, &mine);
	configure((struct stream_config){ .name = "c.example" });
	come(&mine);
	say("early");
	usleep(20000);
	assert_true(nobody_is_there());
	fake_resolver_release("c.example");
	server = loopback_accept(listener);
	expect_header("c.example");
	expect_at_server("early");
	leave();
}

static void a_reload_counts_for_a_client_that_waits(void **state)
{
	(void)state;
	publish_held("c.example", TTL, &mine);
	configure((struct stream_config){ .name = "c.example" });
	come(&mine);
	usleep(20000);
	configure((struct stream_config){ .name = OTHER_NAME });
	fake_resolver_release("c.example");
	expect_end(true);
	assert_true(nobody_is_there());
	leave();
}

static void a_server_that_is_not_there_is_told_of(void **state)
{
	(void)state;
	close(listener);
	come(&mine);
	expect_end(true);
	assert_true(front_scene_runtime()->fronts[0].unreachable);
	leave();
	listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct stream_config){ .name = NAME });
	front_scene_runtime()->fronts[0].unreachable = true;
	come_to_server();
	expect_flow();
	assert_false(front_scene_runtime()->fronts[0].unreachable);
	leave();
}

static void a_server_may_be_a_unix_socket(void **state)
{
	(void)state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof(at.sun_path), "%s.sock", front_scene_key_file());
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	be_patient(fd);
	configure((struct stream_config){ .server = at.sun_path });
	come(&mine);
	server = loopback_accept(fd);
	expect_header(NAME);
	expect_flow();
	leave();
	close(fd);
	assert_int_equal(unlink(at.sun_path), 0);
}

static void a_name_has_so_many_streams_and_no_more(void **state)
{
	(void)state;
	configure((struct stream_config){ .limits = "    max-per-identity: 1\n" });
	come_to_server();
	SSL *ssl = client.ssl;
	SSL_CTX *ctx = client.ctx;
	int fd = client.fd;
	come(&mine);
	expect_end(true);
	leave();
	client.ssl = ssl;
	client.ctx = ctx;
	client.fd = fd;
	expect_flow();
	leave();
	come_to_server();
	leave();
}

/* --- what ends it ------------------------------------------------------------------------ */

static void both_ends_pass(void **state)
{
	(void)state;
	come_to_server();
	say("last");
	assert_true(SSL_shutdown(client.ssl) >= 0);
	expect_at_server("last");
	expect_closed(server);
	assert_int_equal(send(server, "answer", 6, MSG_NOSIGNAL), 6);
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	expect_at_client("answer");
	expect_end(true);
	leave();
}

/* --- the end of the program -------------------------------------------------------------- */

/* The server reads nothing, so that nobody reads from the client either. */
static void say_until_nothing_is_taken(void)
{
	static const char much[16384];
	assert_int_equal(fcntl(client.fd, F_SETFL, O_NONBLOCK), 0);
	for (unsigned waited = 0; waited < 100; waited++) {
		if (SSL_write(client.ssl, much, sizeof(much)) > 0) {
			waited = 0;
		} else {
			ERR_clear_error();
			usleep(1000);
		}
	}
}

static void all_streams_leave_when_they_are_told_to(void **state)
{
	(void)state;
	come_to_server();
	expect_flow();
	say_until_nothing_is_taken();
	expect_all_to_leave();
	leave();
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_scene, end_scene)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(the_header_comes_before_what_the_client_says),
		ONE(a_client_that_is_not_proved_reaches_nobody),
		ONE(nothing_passes_before_dns_has_answered),
		ONE(a_reload_counts_for_a_client_that_waits),
		ONE(a_server_that_is_not_there_is_told_of),
		ONE(a_server_may_be_a_unix_socket),
		ONE(a_name_has_so_many_streams_and_no_more),
		ONE(both_ends_pass),
		ONE(all_streams_leave_when_they_are_told_to),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
