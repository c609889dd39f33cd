/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sockets of the configuration: which are opened, which stay, which go. */

#include "check.h"
#include "heard.h"
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <unistd.h>

static char folder[] = "/tmp/dance-ask-listener-XXXXXX";
static struct listeners listeners;
static char error[CONF_ERROR_SIZE];

static bool no_memory;

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	return no_memory ? NULL : __real_realloc(block, size);
}

static int begin(void **state)
{
	(void)state;
	log_set(false, LEVEL_ERROR);
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return rmdir(folder); /* nothing is left in it */
}

/* A configuration with these places, up to a NULL; "/x" stands below the folder. */
static struct conf *conf_of(const char *const *places)
{
	static struct endpoint endpoints[4];
	static struct conf_ask ask;
	static struct conf conf;
	ask = (struct conf_ask){ .id = (char[]){ "relay" }, .listen = endpoints };
	ask.id = (char *)(uintptr_t)"relay";
	for (; places[ask.listen_count] != NULL; ask.listen_count++) {
		const char *place = places[ask.listen_count];
		char text[ENDPOINT_TEXT_SIZE];
		snprintf(text, sizeof(text), "%s%s", place[0] == '/' ? folder : "", place);
		assert_null(endpoint_read(&endpoints[ask.listen_count], text));
	}
	conf = (struct conf){ .asks = &ask, .ask_count = 1 };
	return &conf;
}

static void put_in_force(const char *const *places)
{
	const struct conf *conf = conf_of(places);
	assert_true(listeners_open(&listeners, conf, error));
	listeners_settle(&listeners, conf);
}

static bool can_connect(const char *place)
{
	char text[ENDPOINT_TEXT_SIZE];
	struct endpoint endpoint;
	snprintf(text, sizeof(text), "%s%s", place[0] == '/' ? folder : "", place);
	assert_null(endpoint_read(&endpoint, text));
	int fd = socket(endpoint.socket.ss_family, SOCK_STREAM, 0);
	bool can = connect(fd, (const struct sockaddr *)&endpoint.socket, endpoint.size) ==
		0;
	close(fd);
	return can;
}

static void what_stays_is_not_opened_again(void **state)
{
	(void)state;
	put_in_force((const char *const[]){ "/a", "/b", NULL });
	assert_true(can_connect("/a") && can_connect("/b"));
	int fd = listeners.all[0].fd;
	char path[ENDPOINT_TEXT_SIZE];
	struct stat status;
	snprintf(path, sizeof(path), "%s/a", folder);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0666);
	put_in_force((const char *const[]){ "/a", "/c", NULL });
	assert_int_equal(listeners.all[0].fd, fd);
	assert_true(can_connect("/a") && can_connect("/c"));
	assert_false(can_connect("/b"));
	assert_string_equal(listeners.all[1].id, "relay");
	listeners_close(&listeners);
	assert_false(can_connect("/a") || can_connect("/c"));
}

static void what_cannot_be_opened_changes_nothing(void **state)
{
	(void)state;
	put_in_force((const char *const[]){ "/a", NULL });
	const struct conf *conf = conf_of((const char *const[]){ "/b", "/none/c", NULL });
	assert_false(listeners_open(&listeners, conf, error));
	char wanted[CONF_ERROR_SIZE];
	snprintf(wanted, sizeof(wanted),
		"ask relay: cannot listen on %s/none/c: No such file or directory", folder);
	assert_string_equal(error, wanted);
	assert_true(can_connect("/a"));
	assert_false(can_connect("/b"));
	listeners_close(&listeners);
}

static void a_file_that_was_left_behind_is_replaced(void **state)
{
	(void)state;
	put_in_force((const char *const[]){ "/a", NULL });
	/* Another one that runs keeps its socket. */
	struct listeners others = { 0 };
	const struct conf *conf = conf_of((const char *const[]){ "/a", NULL });
	assert_false(listeners_open(&others, conf, error));
	assert_non_null(strstr(error, "Address already in use"));
	assert_true(can_connect("/a"));
	close(listeners.all[0].fd); /* as if it had been killed */
	assert_false(can_connect("/a"));
	assert_true(listeners_open(&others, conf, error));
	assert_true(can_connect("/a"));
	listeners_close(&others);
	free(listeners.all);
	listeners = (struct listeners){ 0 };
	/* What is no socket is left alone. */
	char path[ENDPOINT_TEXT_SIZE];
	snprintf(path, sizeof(path), "%s/a", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	assert_false(listeners_open(&others, conf, error));
	assert_int_equal(unlink(path), 0);
	listeners_close(&others);
}

/* What a service manager passes stands at these descriptors, which other sockets keep. */
static int handed_kept[2] = { -1, -1 };

static void hand_over(const char *first, const char *second)
{
	const char *const places[] = { first, second };
	char pid[32];
	for (int i = 0; i < 2; i++) {
		handed_kept[i] = fcntl(3 + i, F_DUPFD, 64);
	}
	for (int i = 0; i < 2; i++) {
		char text[ENDPOINT_TEXT_SIZE];
		struct endpoint endpoint;
		snprintf(text, sizeof(text), "%s%s", folder, places[i]);
		assert_null(endpoint_read(&endpoint, text));
		int fd = socket(AF_UNIX, i == 0 ? SOCK_STREAM : SOCK_DGRAM, 0);
		assert_int_equal(bind(fd, (const struct sockaddr *)&endpoint.socket,
					 endpoint.size),
			0);
		if (fd != 3 + i) {
			assert_int_equal(dup2(fd, 3 + i), 3 + i);
			close(fd);
		}
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
}

static void take_back(const char *first, const char *second)
{
	const char *const places[] = { first, second };
	for (int i = 0; i < 2; i++) {
		char text[ENDPOINT_TEXT_SIZE];
		snprintf(text, sizeof(text), "%s%s", folder, places[i]);
		unlink(text);
		if (handed_kept[i] >= 0) {
			dup2(handed_kept[i], 3 + i);
			close(handed_kept[i]);
		} else {
			close(3 + i);
		}
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
}

/* Those of UDP are not for mail servers. */
static void a_socket_that_was_passed_is_used_or_told_of(void **state)
{
	hand_over("/passed", "/datagrams");
	assert_int_equal(heard_begin(state), 0);
	put_in_force((const char *const[]){ "/passed", NULL });
	char used[2048], unused[2048], wanted[2048];
	snprintf(used, sizeof(used), "%.2000s", heard());
	bool can = can_connect("/passed");
	put_in_force((const char *const[]){ "/other", NULL });
	snprintf(unused, sizeof(unused), "%.2000s", heard());
	listeners_close(&listeners);
	assert_int_equal(heard_end(state), 0);
	assert_true(can);
	snprintf(wanted, sizeof(wanted),
		"dance-ask: notice: ask relay, listening, address %s/passed\n", folder);
	assert_string_equal(used, wanted);
	snprintf(wanted, sizeof(wanted),
		"dance-ask: notice: ask relay, listening, address %s/other\n"
		"dance-ask: warning: unused socket, address %s/passed (no section listens there, "
		"so its mail server waits in vain); do: remove the socket from the .socket unit, "
		"or add its address to 'listen'\n",
		folder, folder);
	assert_string_equal(unused, wanted);
	take_back("/passed", "/datagrams");
}

/* As a section does, and once. */
static void metrics_have_a_listener(void **state)
{
	char text[ENDPOINT_TEXT_SIZE], wanted[512];
	struct endpoint at, none = { .size = 0 };
	snprintf(text, sizeof(text), "%s/metrics", folder);
	assert_null(endpoint_read(&at, text));
	assert_int_equal(heard_begin(state), 0);
	struct conf *conf = conf_of((const char *const[]){ "/a", NULL });
	conf->common.metrics = at;
	for (int i = 0; i < 2; i++) {
		assert_true(listeners_open(&listeners, conf, error));
		listeners_settle(&listeners, conf);
	}
	const char *said = heard();
	int failed = heard_end(state);
	assert_int_equal(failed, 0);
	snprintf(wanted, sizeof(wanted),
		"dance-ask: notice: serving metrics, address %s/metrics\n"
		"dance-ask: notice: ask relay, listening, address %s/a\n",
		folder, folder);
	assert_string_equal(said, wanted);
	assert_int_equal(listeners.count, 2);
	assert_true(can_connect("/metrics"));
	assert_true(listeners_find(&listeners, text, false)->of_metrics);
	assert_false(listeners.all[0].of_metrics);
	/* They go with the item. */
	conf->common.metrics = none;
	assert_true(listeners_open(&listeners, conf, error));
	listeners_settle(&listeners, conf);
	assert_int_equal(listeners.count, 1);
	assert_false(can_connect("/metrics"));
	listeners_close(&listeners);
	assert_int_equal(listeners.count, 0);
	assert_null(listeners.all);
}

static void without_memory_there_is_no_listener(void **state)
{
	(void)state;
	char wanted[CONF_ERROR_SIZE];
	const struct conf *conf = conf_of((const char *const[]){ "/a", NULL });
	no_memory = true;
	errno = 0;
	bool opened = listeners_open(&listeners, conf, error);
	no_memory = false;
	assert_false(opened);
	snprintf(wanted, sizeof(wanted),
		"ask relay: cannot listen on %s/a: Cannot allocate memory", folder);
	assert_string_equal(error, wanted);
	assert_false(can_connect("/a"));
	assert_int_equal(listeners.count, 0);
	listeners_close(&listeners);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_is_not_opened_again),
		cmocka_unit_test(what_cannot_be_opened_changes_nothing),
		cmocka_unit_test(a_file_that_was_left_behind_is_replaced),
		cmocka_unit_test(a_socket_that_was_passed_is_used_or_told_of),
		cmocka_unit_test(metrics_have_a_listener),
		cmocka_unit_test(without_memory_there_is_no_listener),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
