/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Scrapers, and others, who come to a listener. */

#include "check.h"
#include "metrics_server.h"
#include "program.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const char program_name[] = "dance-front";

#define PATIENCE_MS 20000
#define GET "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

static char folder[] = "/tmp/dance-metrics-XXXXXX";
static struct listeners listeners;
static struct endpoint at;
static atomic_uint answers; /* composed */
static atomic_size_t length = 1;

static void write_some(struct openmetrics *out)
{
	openmetrics_family(out, "some", OPENMETRICS_COUNTER, NULL, "Some.");
	for (size_t i = 0; i < length; i++) {
		openmetrics_count(out, NULL, 7);
	}
	answers++;
}

static void write_nothing(struct openmetrics *out)
{
	out->failed = true;
}

static int begin(void **state)
{
	(void)state;
	char text[ENDPOINT_TEXT_SIZE], error[CONF_ERROR_SIZE];
	signal(SIGPIPE, SIG_DFL); /* whoever is gone must not end the daemon */
	length = 1;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	log_set(false, LEVEL_ERROR);
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(text, sizeof(text), "%s/metrics", folder);
	assert_null(endpoint_read(&at, text));
	listeners_begin(&listeners);
	assert_true(listeners_want_metrics(&listeners, &at, error));
	listeners_close_unwanted(&listeners);
	listeners_assign_metrics(&listeners, &at);
	assert_int_equal(listeners.count, 1);
	assert_true(listeners.all[0].of_metrics);
	return 0;
}

static int end(void **state)
{
	(void)state;
	metrics_server_stop();
	listeners_close(&listeners);
	return rmdir(folder);
}

static int come(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&at.socket, at.size), 0);
	assert_true(metrics_server_accept(&listeners.all[0]));
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* All that comes, up to the end; "" if there is none. */
static const char *hear(int fd)
{
	static char text[4096];
	size_t size = 0;
	ssize_t got = 1;
	while (got > 0) {
		struct pollfd ready = { fd, POLLIN, 0 };
		assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
		got = recv(fd, text + size, sizeof(text) - 1 - size, 0);
		size += got > 0 ? (size_t)got : 0;
	}
	text[size] = '\0';
	close(fd);
	return text;
}

#define HEAD(status, rest) "HTTP/1.1 " status "\r\n" rest "Connection: close\r\n\r\n"
#define OPEN "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
#define OPEN_TEXT "# TYPE some counter\n# HELP some Some.\nsome_total 7\n# EOF\n"
#define CLASSIC "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
#define CLASSIC_TEXT "# TYPE some_total counter\n# HELP some_total Some.\nsome_total 7\n"

static void each_request_has_its_answer(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ GET, HEAD("200 OK", OPEN "Content-Length: 57\r\n") OPEN_TEXT },
		{ "HEAD /metrics HTTP/1.0\r\n\r\n",
			HEAD("200 OK", OPEN "Content-Length: 57\r\n") },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/plain\r\n\r\n",
			HEAD("200 OK", CLASSIC "Content-Length: 63\r\n") CLASSIC_TEXT },
		{ "GET / HTTP/1.0\r\n\r\n", HEAD("404 Not Found", "Content-Length: 0\r\n") },
		{ "PUT /metrics HTTP/1.0\r\n\r\nx",
			HEAD("405 Method Not Allowed",
				"Allow: GET, HEAD\r\nContent-Length: 0\r\n") },
		{ "\n", HEAD("400 Bad Request", "Content-Length: 0\r\n") },
	};
	assert_true(metrics_server_start(write_some));
	for (size_t i = 0; i < ROWS(rows); i++) {
		int fd = come();
		say(fd, rows[i][0]);
		assert_string_equal(hear(fd), rows[i][1]);
	}
	int fd = come();
	for (const char *octet = GET; *octet != '\0'; octet++) {
		const char one[] = { *octet, '\0' };
		say(fd, one);
	}
	assert_string_equal(hear(fd), rows[0][1]);
	assert_true(metrics_server_start(write_some)); /* it runs */
}

static void a_text_that_is_not_whole_is_not_sent(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_nothing));
	int fd = come();
	say(fd, GET);
	assert_string_equal(hear(fd),
		HEAD("500 Internal Server Error", "Content-Length: 0\r\n"));
}

/* Those who say nothing, and one who reads nothing, of much. */
static void strangers_take_the_place_of_the_oldest_only(void **state)
{
	(void)state;
	int silent[4 * METRICS_CONNECTIONS_MAX];
	assert_true(metrics_server_start(write_some));
	length = 500000;
	int greedy = come();
	say(greedy, GET);
	for (unsigned i = 0; answers == 0 && i < PATIENCE_MS; i++) {
		poll(NULL, 0, 1);
	}
	length = 1;
	for (size_t i = 0; i < ROWS(silent); i++) {
		silent[i] = come();
		int fd = come();
		say(fd, GET);
		assert_non_null(strstr(hear(fd), OPEN_TEXT));
	}
	assert_string_equal(hear(silent[0]), "");
	/* The newest are still there. */
	say(silent[ROWS(silent) - 1], GET);
	assert_non_null(strstr(hear(silent[ROWS(silent) - 1]), OPEN_TEXT));
	for (size_t i = 1; i < ROWS(silent) - 1; i++) {
		close(silent[i]);
	}
	close(greedy);
}

/* More than it can hold do not wait for it, and the place is free again afterwards. */
static void a_crowd_is_turned_away(void **state)
{
	(void)state;
	int crowd[200];
	assert_true(metrics_server_start(write_some));
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < ROWS(crowd); i++) {
			crowd[i] = come();
		}
		for (size_t i = 0; i < ROWS(crowd); i++) {
			close(crowd[i]);
		}
	}
	const char *text = "";
	for (unsigned i = 0; text[0] == '\0' && i < PATIENCE_MS; i++) {
		poll(NULL, 0, 1);
		int fd = come();
		(void)send(fd, GET, strlen(GET), MSG_NOSIGNAL);
		text = hear(fd);
	}
	assert_non_null(strstr(text, OPEN_TEXT));
}

static void who_says_nothing_has_its_time(void **state)
{
	(void)state;
	assert_true(metrics_server_start(write_some));
	assert_string_equal(hear(come()), "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_request_has_its_answer),
		TEST(a_text_that_is_not_whole_is_not_sent),
		TEST(strangers_take_the_place_of_the_oldest_only),
		TEST(a_crowd_is_turned_away),
		TEST(who_says_nothing_has_its_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
