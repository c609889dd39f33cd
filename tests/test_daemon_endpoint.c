/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths of sockets and addresses with ports. */

#include "check.h"
#include "endpoint.h"

#include <string.h>
#include <sys/un.h>

static void paths_and_addresses_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *shown; /* NULL: it is neither */
		const char *why;
	} rows[] = {
		{ "/run/dance/ask.sock", "/run/dance/ask.sock", NULL },
		{ "127.0.0.1@9998", "127.0.0.1@9998", NULL },
		{ "::1@9998", "::1@9998", NULL },
		{ "127.0.0.1", NULL, "needs a port" },
		{ "127.0.0.1@0", NULL, "port 0" },
		{ "run/ask.sock", NULL, "path of a socket" },
		{ "", NULL, "path of a socket" },
		{ "localhost@1", NULL, "path of a socket" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct endpoint endpoint;
		const char *why = endpoint_read(&endpoint, rows[i].text);
		check_true(rows[i].text, (why == NULL) == (rows[i].shown != NULL));
		if (why == NULL) {
			assert_string_equal(endpoint.text, rows[i].shown);
			assert_int_equal(endpoint_is_path(&endpoint),
				rows[i].text[0] == '/');
			assert_true(endpoint_is_equal(&endpoint, &endpoint.socket));
			char text[ENDPOINT_TEXT_SIZE];
			endpoint_text(text, &endpoint.socket);
			assert_string_equal(text, rows[i].shown);
		} else {
			check_true(rows[i].text, strstr(why, rows[i].why) != NULL);
		}
	}
}

static void a_path_has_a_bound(void **state)
{
	(void)state;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	struct endpoint endpoint;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 2] = '\0';
	assert_null(endpoint_read(&endpoint, path));
	assert_string_equal(endpoint.text, path);
	path[sizeof(path) - 2] = 'a';
	path[sizeof(path) - 1] = '\0';
	assert_non_null(endpoint_read(&endpoint, path));
}

static void only_the_same_place_is_equal(void **state)
{
	(void)state;
	static const char *const texts[] = { "/run/a", "/run/ab", "127.0.0.1@1",
		"127.0.0.1@2", "::1@1" };
	for (size_t i = 0; i < ROWS(texts); i++) {
		for (size_t j = 0; j < ROWS(texts); j++) {
			struct endpoint a, b;
			assert_null(endpoint_read(&a, texts[i]));
			assert_null(endpoint_read(&b, texts[j]));
			assert_int_equal(endpoint_is_equal(&a, &b.socket), i == j);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_and_addresses_are_read),
		cmocka_unit_test(a_path_has_a_bound),
		cmocka_unit_test(only_the_same_place_is_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
