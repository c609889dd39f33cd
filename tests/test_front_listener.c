/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Listening sockets on loopback: what is opened, what stays over a reload, what a failure
 * leaves, and what the service manager has handed over. */

#include "check.h"
#include "listener.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HANDED_FIRST 3 /* sd_listen_fds(3) */
#define PORTS 4

static struct address at[PORTS]; /* on which nobody listens */
static int before;               /* descriptors that were open */

static int open_count(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++) {
		count += fcntl(fd, F_GETFD) >= 0;
	}
	return count;
}

static int bound_socket(int type, const struct address *address)
{
	int fd = socket(AF_INET, type, 0);
	if (fd < 0 ||
		bind(fd, (const struct sockaddr *)&address->socket, address->size) != 0 ||
		(type == SOCK_STREAM && listen(fd, 1) != 0)) {
		fail_msg("%s: %s", address->text, strerror(errno));
	}
	return fd;
}

/* A port of this for TCP is in all likelihood free for UDP, too. */
static int begin(void **state)
{
	(void)state;
	int fds[PORTS];
	bool has_port;
	log_set(false, LEVEL_ERROR);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	before = open_count();
	struct address any;
	address_read(&any, "127.0.0.1", 0, &has_port);
	for (size_t i = 0; i < PORTS; i++) {
		struct sockaddr_storage bound;
		socklen_t size = sizeof(bound);
		char text[ADDRESS_TEXT_SIZE];
		fds[i] = bound_socket(SOCK_STREAM, &any);
		getsockname(fds[i], (struct sockaddr *)&bound, &size);
		address_text(text, &bound);
		address_read(&at[i], text, 0, &has_port);
	}
	for (size_t i = 0; i < PORTS; i++) {
		close(fds[i]);
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	if (open_count() != before) {
		print_error("%d descriptors are open, not %d\n", open_count(), before);
		return -1;
	}
	return 0;
}

/* Fronts "a" and "b" and client "c" listen there; NULL: there is no such section. */
static struct conf conf_of(struct address *a, struct address *b, struct address *c)
{
	static char ids[][2] = { "a", "b", "c" };
	static struct conf_front fronts[2];
	static struct conf_client client;
	struct conf conf = { .fronts = fronts, .clients = &client };
	if (a != NULL) {
		fronts[conf.front_count++] = (struct conf_front){
			.id = ids[0], .listen = a, .listen_count = 1
		};
	}
	if (b != NULL) {
		fronts[conf.front_count++] = (struct conf_front){
			.id = ids[1], .listen = b, .listen_count = 1
		};
	}
	if (c != NULL) {
		client = (struct conf_client){
			.id = ids[2], .listen = c, .listen_count = 1
		};
		conf.client_count = 1;
	}
	return conf;
}

static void settle(struct listeners *listeners, const struct conf *conf)
{
	char error[CONF_ERROR_SIZE];
	if (!listeners_open(listeners, conf, error)) {
		fail_msg("%s", error);
	}
	listeners_settle(listeners, conf);
}

static const struct listener *find(const struct listeners *listeners,
	const struct address *address, bool datagrams)
{
	for (size_t i = 0; i < listeners->count; i++) {
		if (strcmp(listeners->all[i].text, address->text) == 0 &&
			listeners->all[i].datagrams == datagrams) {
			return &listeners->all[i];
		}
	}
	return NULL;
}

static bool is_reached(const struct address *address)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool reached = connect(fd, (const struct sockaddr *)&address->socket,
			       address->size) == 0;
	close(fd);
	return reached;
}

static void check_listener(const struct listener *listener, const char *id, bool of_client)
{
	assert_non_null(listener);
	assert_string_equal(listener->id, id);
	assert_int_equal(listener->of_client, of_client);
	assert_false(listener->unused);
	assert_true((fcntl(listener->fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(listener->fd, F_GETFD) & FD_CLOEXEC) != 0);
}

static void a_front_listens_on_tcp_and_a_client_on_udp_too(void **state)
{
	(void)state;
	struct listeners listeners = { 0 };
	const struct conf conf = conf_of(&at[0], &at[1], &at[2]);
	settle(&listeners, &conf);
	assert_int_equal(listeners.count, 4);
	check_listener(find(&listeners, &at[0], false), "a", false);
	check_listener(find(&listeners, &at[1], false), "b", false);
	check_listener(find(&listeners, &at[2], false), "c", true);
	check_listener(find(&listeners, &at[2], true), "c", true);
	for (size_t i = 0; i < 3; i++) {
		check_true(at[i].text, is_reached(&at[i]));
	}
	listeners_close(&listeners);
	assert_int_equal(listeners.count, 0);
	assert_false(is_reached(&at[0]));
}

static void what_stays_is_not_closed(void **state)
{
	(void)state;
	struct listeners listeners = { 0 };
	const struct conf first = conf_of(&at[0], &at[1], NULL);
	settle(&listeners, &first);
	int fd = find(&listeners, &at[1], false)->fd;

	/* The second becomes another section's, the first is gone, the third is new. */
	const struct conf second = conf_of(&at[2], NULL, &at[1]);
	char error[CONF_ERROR_SIZE];
	assert_true(listeners_open(&listeners, &second, error));
	check_listener(find(&listeners, &at[1], false), "b", false); /* until it counts */
	assert_true(is_reached(&at[0]));
	listeners_settle(&listeners, &second);
	assert_int_equal(listeners.count, 3);
	assert_int_equal(find(&listeners, &at[1], false)->fd, fd);
	check_listener(find(&listeners, &at[1], false), "c", true);
	check_listener(find(&listeners, &at[1], true), "c", true);
	check_listener(find(&listeners, &at[2], false), "a", false);
	assert_null(find(&listeners, &at[0], false));
	assert_false(is_reached(&at[0]));
	assert_true(is_reached(&at[2]));
	listeners_close(&listeners);
}

static void what_cannot_be_opened_leaves_all_as_it_was(void **state)
{
	(void)state;
	struct listeners listeners = { 0 };
	const struct conf first = conf_of(&at[0], NULL, NULL);
	settle(&listeners, &first);
	int taken = bound_socket(SOCK_DGRAM, &at[3]);
	char error[CONF_ERROR_SIZE], wanted[CONF_ERROR_SIZE];

	const struct conf second = conf_of(&at[1], NULL, &at[3]);
	for (int times = 0; times < 2; times++) {
		assert_false(listeners_open(&listeners, &second, error));
		snprintf(wanted, sizeof(wanted), "client c: cannot listen on %s (UDP): %s",
			at[3].text, strerror(EADDRINUSE));
		assert_string_equal(error, wanted);
		assert_int_equal(listeners.count, 1);
		check_listener(find(&listeners, &at[0], false), "a", false);
		assert_true(is_reached(&at[0]));
		assert_false(is_reached(&at[1]));
		assert_false(is_reached(&at[3]));
	}
	close(taken);
	settle(&listeners, &second);
	assert_int_equal(listeners.count, 3);
	listeners_close(&listeners);
}

/* Puts sockets where a service manager does, until take_back(). */
static int moved[2], replaced[2];

static void hand_over(int first, int second)
{
	const int fds[] = { first, second };
	char pid[32];
	for (int i = 0; i < 2; i++) {
		moved[i] = fcntl(fds[i], F_DUPFD, 64);
		close(fds[i]);
	}
	for (int i = 0; i < 2; i++) {
		replaced[i] = fcntl(HANDED_FIRST + i, F_DUPFD, 64); /* -1: it is free */
		assert_int_equal(dup2(moved[i], HANDED_FIRST + i), HANDED_FIRST + i);
		close(moved[i]);
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
}

static void take_back(void)
{
	for (int i = 0; i < 2; i++) {
		if (replaced[i] >= 0) {
			dup2(replaced[i], HANDED_FIRST + i);
			close(replaced[i]);
		} else {
			close(HANDED_FIRST + i);
		}
	}
}

static bool is_same_socket(int a, int b)
{
	int on = 7, is = 0;
	socklen_t size = sizeof(is);
	setsockopt(a, SOL_SOCKET, SO_RCVLOWAT, &on, sizeof(on));
	getsockopt(b, SOL_SOCKET, SO_RCVLOWAT, &is, &size);
	on = 1;
	setsockopt(a, SOL_SOCKET, SO_RCVLOWAT, &on, sizeof(on));
	return is == 7;
}

static bool sends_at_once(int fd)
{
	int on = 0;
	socklen_t size = sizeof(on);
	return getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0 && on != 0;
}

static void sockets_that_were_handed_over_are_used(void **state)
{
	(void)state;
	hand_over(bound_socket(SOCK_DGRAM, &at[0]), bound_socket(SOCK_STREAM, &at[0]));
	struct listeners listeners = { 0 };
	const struct conf with = conf_of(NULL, NULL, &at[0]);
	settle(&listeners, &with);
	assert_int_equal(listeners.count, 2);
	const struct listener *tcp = find(&listeners, &at[0], false);
	const struct listener *udp = find(&listeners, &at[0], true);
	check_listener(tcp, "c", true);
	check_listener(udp, "c", true);
	assert_true(is_same_socket(tcp->fd, HANDED_FIRST + 1));
	assert_true(is_same_socket(udp->fd, HANDED_FIRST));
	assert_true(sends_at_once(tcp->fd)); /* as one that is opened here */

	/* No section wants them any longer: clients are told so, and do not wait in vain. */
	const struct conf without = conf_of(&at[1], NULL, NULL);
	settle(&listeners, &without);
	assert_int_equal(listeners.count, 3);
	check_listener(find(&listeners, &at[1], false), "a", false);
	assert_true(sends_at_once(find(&listeners, &at[1], false)->fd));
	assert_true(find(&listeners, &at[0], false)->unused);
	assert_true(find(&listeners, &at[0], true)->unused);

	/* And another one may. */
	settle(&listeners, &with);
	assert_int_equal(listeners.count, 2);
	check_listener(find(&listeners, &at[0], false), "c", true);
	listeners_close(&listeners);
	take_back();
}

/* A socket that does not listen has no clients that would wait. */
static void of_what_no_section_wants_only_that_which_takes_clients_is_kept(void **state)
{
	(void)state;
	const int quiet = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(quiet, (const struct sockaddr *)&at[0].socket, at[0].size),
		0);
	hand_over(quiet, bound_socket(SOCK_STREAM, &at[1]));
	struct listeners listeners = { 0 };
	const struct conf elsewhere = conf_of(&at[2], NULL, NULL);
	settle(&listeners, &elsewhere);
	assert_int_equal(listeners.count, 2);
	check_listener(find(&listeners, &at[2], false), "a", false);
	assert_true(find(&listeners, &at[1], false)->unused);
	listeners_close(&listeners);
	take_back();
}

static void those_of_another_process_are_left_alone(void **state)
{
	(void)state;
	static const struct {
		const char *pid, *count;
	} rows[] = { { "1", "2" }, { NULL, "0" }, { NULL, "-1" }, { NULL, "129" },
		{ NULL, "x" }, { NULL, "" } };
	hand_over(bound_socket(SOCK_DGRAM, &at[0]), bound_socket(SOCK_STREAM, &at[1]));
	for (size_t i = 0; i < ROWS(rows); i++) {
		char mine[32], error[CONF_ERROR_SIZE];
		snprintf(mine, sizeof(mine), "%ld", (long)getpid());
		setenv("LISTEN_PID", rows[i].pid != NULL ? rows[i].pid : mine, 1);
		setenv("LISTEN_FDS", rows[i].count, 1);
		struct listeners listeners = { 0 };
		const struct conf there = conf_of(&at[1], NULL, NULL);
		check_true(rows[i].count, !listeners_open(&listeners, &there, error));
		const struct conf elsewhere = conf_of(&at[2], NULL, NULL);
		settle(&listeners, &elsewhere);
		assert_int_equal(listeners.count, 1);
		listeners_close(&listeners);
	}
	take_back();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_front_listens_on_tcp_and_a_client_on_udp_too,
			begin, end),
		cmocka_unit_test_setup_teardown(what_stays_is_not_closed, begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened_leaves_all_as_it_was,
			begin, end),
		cmocka_unit_test_setup_teardown(
			of_what_no_section_wants_only_that_which_takes_clients_is_kept,
			begin, end),
		cmocka_unit_test_setup_teardown(sockets_that_were_handed_over_are_used,
			begin, end),
		cmocka_unit_test_setup_teardown(those_of_another_process_are_left_alone,
			begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
