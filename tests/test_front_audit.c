/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Private keys that others can get at, and how that is said. What other users see needs
 * other users: tests/system has that. */

#include "audit.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char said[DANCE_LINE_SIZE];

static void note(const char *line)
{
	snprintf(said, sizeof(said), "%s", line);
}

static void a_key_is_for_its_owner_and_group(void **state)
{
	(void)state;
	static const struct {
		mode_t mode;
		bool open;
	} rows[] = { { 0600, false }, { 0640, false }, { 0660, false }, { 0644, true },
		{ 0604, true }, { 0602, true }, { 0601, true } };
	char path[] = "/tmp/test_front_audit.XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	struct conf_front front = { .key_file = path };
	struct conf_client client = { .key_file = path };
	const struct conf fronts = { .fronts = &front, .front_count = 1 };
	const struct conf clients = { .clients = &client, .client_count = 1 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char row[16], wanted[DANCE_LINE_SIZE] = "";
		snprintf(row, sizeof(row), "%04o", (unsigned)rows[i].mode);
		if (rows[i].open) {
			snprintf(wanted, sizeof(wanted),
				"key file open to all users, file %s, mode %s; do: chmod o= %s",
				path, row, path);
		}
		assert_int_equal(fchmod(fd, rows[i].mode), 0);
		const struct conf *const both[] = { &fronts, &clients };
		for (size_t j = 0; j < ROWS(both); j++) {
			said[0] = '\0';
			check_true(row,
				audit_keys(both[j], note) == (rows[i].open ? 1 : 0));
			assert_string_equal(said, wanted);
		}
	}
	close(fd);
	unlink(path);
	/* A file that is gone has been complained about elsewhere. */
	assert_int_equal(audit_keys(&fronts, note), 0);
}

/* Only where a header says who the client is, and others can get there. */
static void a_header_stays_on_this_host(void **state)
{
	(void)state;
	static const struct {
		const char *server;
		enum conf_proxy proxy;
		const char *what; /* NULL: nothing is said */
	} rows[] = {
		{ "192.0.2.9@1883", CONF_PROXY_TLS, "name" },
		{ "192.0.2.9@1883", CONF_PROXY_ON, "address" },
		{ "2001:db8::9@1883", CONF_PROXY_TLS, "name" },
		{ "127.0.0.53@1883", CONF_PROXY_TLS, NULL },
		{ "::1@1883", CONF_PROXY_ON, NULL },
		{ "/run/broker.sock", CONF_PROXY_TLS, NULL },
		{ "127.0.0.1@1883", CONF_PROXY_OFF, NULL },
		{ "192.0.2.9@1883", CONF_PROXY_OFF, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char id[] = "mqtt", wanted[DANCE_LINE_SIZE] = "";
		struct conf_front front = { .id = id, .proxy = rows[i].proxy };
		const struct conf conf = { .fronts = &front, .front_count = 1 };
		assert_null(endpoint_read(&front.server, rows[i].server));
		if (rows[i].what != NULL) {
			snprintf(wanted, sizeof(wanted),
				"front mqtt, server not on loopback, server %s (any host that "
				"can connect to it can send a header with the %s of any "
				"client); do: move it to loopback or a UNIX socket, or let a "
				"packet filter admit this host only",
				rows[i].server, rows[i].what);
		}
		said[0] = '\0';
		assert_int_equal(audit_headers(&conf, note), rows[i].what != NULL);
		assert_string_equal(said, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_for_its_owner_and_group),
		cmocka_unit_test(a_header_stays_on_this_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
