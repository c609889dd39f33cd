/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sockets of the configuration: which are opened, which stay, which go. */

#include "check.h"
#include "listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <unistd.h>

static char folder[] = "/tmp/dance-ask-listener-XXXXXX";
static struct listeners listeners;
static char error[CONF_ERROR_SIZE];

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
	assert_non_null(strstr(error, "ask relay: cannot listen on "));
	assert_non_null(strstr(error, "/none/c: No such file or directory"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_is_not_opened_again),
		cmocka_unit_test(what_cannot_be_opened_changes_nothing),
		cmocka_unit_test(a_file_that_was_left_behind_is_replaced),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
