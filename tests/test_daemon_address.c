/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Addresses as they are read, written and compared. */

#include "address.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static struct address read_or_fail(const char *text)
{
	struct address address;
	bool has_port;
	if (!address_read(&address, text, 0, &has_port)) {
		fail_msg("'%s' is not read", text);
	}
	return address;
}

static void each_is_written_in_one_way(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint16_t port; /* where the text has none */
		const char *written;
		bool has_port;
	} rows[] = {
		{ "192.0.2.1", 0, "192.0.2.1", false },
		{ "192.0.2.1", 853, "192.0.2.1@853", false },
		{ "192.0.2.1@53", 853, "192.0.2.1@53", true },
		{ "192.0.2.1@65535", 0, "192.0.2.1@65535", true },
		{ "192.0.2.1@0", 853, "192.0.2.1", true },
		{ "2001:DB8:0:0::1", 53, "2001:db8::1@53", false },
		{ "::@0053", 0, "::@53", true },
		{ "::ffff:192.0.2.1@1", 0, "::ffff:192.0.2.1@1", true },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255@65535", 0,
			"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff@65535", true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct address address;
		bool has_port;
		check_true(rows[i].text,
			address_read(&address, rows[i].text, rows[i].port, &has_port));
		assert_string_equal(address.text, rows[i].written);
		check_true(rows[i].text, has_port == rows[i].has_port);
		char text[ADDRESS_TEXT_SIZE];
		address_text(text, &address.socket);
		assert_string_equal(text, rows[i].written);
		const char *at = strchr(text, '@');
		check_true(rows[i].text,
			address_port(&address.socket) ==
				(at != NULL ? strtoul(at + 1, NULL, 10) : 0));
	}
}

static void nothing_else_is_read(void **state)
{
	(void)state;
	static const char *const rows[] = { "", "@53", "localhost", "192.0.2",
		"192.0.2.256", "192.0.2.1@", "192.0.2.1@65536", "192.0.2.1@-1",
		"192.0.2.1@+1", "192.0.2.1@ 1", "192.0.2.1@5x", "192.0.2.1@5@5",
		"192.0.2.1:53", "[::1]", "::1%lo", "::1::", " ::1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct address address;
		bool has_port;
		check_true(rows[i], !address_read(&address, rows[i], 1, &has_port));
	}
}

static void equal_means_host_and_port(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "192.0.2.1@53", "192.0.2.1@53", true },
		{ "192.0.2.1@53", "192.0.2.1@54", false },
		{ "192.0.2.1@53", "192.0.2.2@53", false },
		{ "2001:db8::1@53", "2001:db8:0::1@53", true },
		{ "2001:db8::1@53", "2001:db8::1@54", false },
		{ "2001:db8::1@53", "2001:db8::2@53", false },
		{ "192.0.2.1@53", "::ffff:192.0.2.1@53", false },
		{ "0.0.0.0@53", "::@53", false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct address a = read_or_fail(rows[i].a), b = read_or_fail(rows[i].b);
		check_true(rows[i].b,
			address_is_equal(&a.socket, &b.socket) == rows[i].equal);
		check_true(rows[i].b,
			address_is_equal(&b.socket, &a.socket) == rows[i].equal);
		struct sockaddr_storage other = { .ss_family = AF_UNIX };
		check_true(rows[i].a, !address_is_equal(&other, &a.socket));
	}
}

static void kinds_of_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool loopback, unicast;
	} rows[] = {
		{ "127.0.0.1", true, true },
		{ "127.255.255.255", true, true },
		{ "126.0.0.1", false, true },
		{ "128.0.0.1", false, true },
		{ "::1", true, true },
		{ "::2", false, true },
		{ "0.0.0.0", false, false },
		{ "::", false, false },
		{ "224.0.0.1", false, false },
		{ "ff02::1", false, false },
		{ "240.0.0.1", false, false },
		{ "255.255.255.255", false, false },
		{ "::ffff:127.0.0.1", false, false },
		{ "fe80::1", false, true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct address address = read_or_fail(rows[i].text);
		check_true(rows[i].text,
			address_is_loopback(&address.socket) == rows[i].loopback);
		check_true(rows[i].text,
			address_is_unicast(&address.socket) == rows[i].unicast);
	}
}

static void what_reaches_a_listener(void **state)
{
	(void)state;
	static const struct {
		const char *address, *listen;
		bool reaches;
	} rows[] = {
		{ "192.0.2.1@53", "192.0.2.1@53", true },
		{ "192.0.2.1@53", "192.0.2.1@853", false },
		{ "127.0.0.1@53", "0.0.0.0@53", true },
		{ "127.0.0.1@53", "0.0.0.0@54", false },
		{ "192.0.2.1@53", "0.0.0.0@53", false }, /* may be another host's */
		{ "::1@53", "::@53", true },
		{ "::1@53", "0.0.0.0@53", false },
		{ "127.0.0.1@53", "::@53", false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct address address = read_or_fail(rows[i].address);
		struct address listen = read_or_fail(rows[i].listen);
		check_true(rows[i].listen,
			address_reaches(&address.socket, &listen.socket) == rows[i].reaches);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_written_in_one_way),
		cmocka_unit_test(nothing_else_is_read),
		cmocka_unit_test(equal_means_host_and_port),
		cmocka_unit_test(kinds_of_addresses),
		cmocka_unit_test(what_reaches_a_listener),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
