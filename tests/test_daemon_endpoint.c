/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Paths of sockets and addresses with ports. */

#include "check.h"
#include "endpoint.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#define NEITHER "must be the path of a socket, or ADDRESS@PORT"

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
		{ "/", "/", NULL },
		{ "127.0.0.1@1", "127.0.0.1@1", NULL },
		{ "127.0.0.1", NULL, "needs a port: ADDRESS@PORT" },
		{ "127.0.0.1@0", NULL, "must not have port 0" },
		{ "run/ask.sock", NULL, NEITHER },
		{ "", NULL, NEITHER },
		{ "localhost@1", NULL, NEITHER },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct endpoint endpoint;
		const char *why = endpoint_read(&endpoint, rows[i].text);
		check_true(rows[i].text, (why == NULL) == (rows[i].shown != NULL));
		if (why == NULL) {
			assert_string_equal(endpoint.text, rows[i].shown);
			assert_int_equal(endpoint.size,
				rows[i].text[0] == '/' ?
					offsetof(struct sockaddr_un, sun_path) +
						strlen(rows[i].text) + 1 :
					endpoint.socket.ss_family == AF_INET ?
					sizeof(struct sockaddr_in) :
					sizeof(struct sockaddr_in6));
			assert_int_equal(endpoint_is_path(&endpoint),
				rows[i].text[0] == '/');
			assert_true(endpoint_is_equal(&endpoint, &endpoint.socket));
			char text[ENDPOINT_TEXT_SIZE];
			endpoint_text(text, &endpoint.socket);
			assert_string_equal(text, rows[i].shown);
		} else {
			assert_string_equal(why, rows[i].why);
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
	assert_int_equal(endpoint.size, sizeof(struct sockaddr_un));
	/* One that fills the socket has no end there. */
	struct sockaddr_storage bound = endpoint.socket;
	char text[ENDPOINT_TEXT_SIZE];
	assert_true(endpoint_is_equal(&endpoint, &bound));
	((struct sockaddr_un *)&bound)->sun_path[sizeof(path) - 2] = 'a';
	memset((char *)&bound + sizeof(struct sockaddr_un), 'b',
		sizeof(bound) - sizeof(struct sockaddr_un));
	assert_false(endpoint_is_equal(&endpoint, &bound));
	endpoint_text(text, &bound);
	path[sizeof(path) - 2] = 'a';
	path[sizeof(path) - 1] = '\0';
	assert_string_equal(text, path);
	assert_string_equal(endpoint_read(&endpoint, path),
		"is a longer path than a socket can have");
}

/* Whatever was there before, and whatever stands behind the text. */
static void nothing_but_the_path_is_there(void **state)
{
	(void)state;
	static const char path[] = "/run/a\0bc";
	struct endpoint endpoint, expected = { .text = "/run/a" };
	struct sockaddr_un *at = (struct sockaddr_un *)&expected.socket;
	at->sun_family = AF_UNIX;
	memcpy(at->sun_path, "/run/a", sizeof("/run/a"));
	memset(&endpoint, 0x55, sizeof(endpoint));
	assert_null(endpoint_read(&endpoint, path));
	assert_memory_equal(&endpoint.socket, &expected.socket, sizeof(endpoint.socket));
	assert_memory_equal(endpoint.text, expected.text, sizeof(endpoint.text));
}

static void a_socket_of_another_kind_is_none(void **state)
{
	(void)state;
	static const char *const texts[] = { "/run/a", "127.0.0.1@1", "::1@1" };
	const struct sockaddr_storage none = { .ss_family = AF_UNSPEC };
	char text[ENDPOINT_TEXT_SIZE] = "before";
	endpoint_text(text, &none);
	assert_string_equal(text, "");
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct endpoint endpoint;
		assert_null(endpoint_read(&endpoint, texts[i]));
		assert_false(endpoint_is_equal(&endpoint, &none));
	}
}

static void an_address_is_one_with_its_port(void **state)
{
	(void)state;
	static const char *const texts[] = { "127.0.0.1@1", "::1@65535" };
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct address address;
		struct endpoint read, made;
		bool has_port;
		assert_true(address_read(&address, texts[i], 0, &has_port));
		endpoint_of_address(&made, &address);
		assert_null(endpoint_read(&read, texts[i]));
		assert_string_equal(made.text, texts[i]);
		assert_int_equal(made.size, read.size);
		assert_memory_equal(&made.socket, &read.socket, read.size);
		assert_true(endpoint_is_equal(&made, &read.socket));
	}
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
		cmocka_unit_test(nothing_but_the_path_is_there),
		cmocka_unit_test(a_socket_of_another_kind_is_none),
		cmocka_unit_test(an_address_is_one_with_its_port),
		cmocka_unit_test(only_the_same_place_is_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
