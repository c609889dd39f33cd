/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * PROXY headers, octet by octet as the specification of version 2 has them. */

#include "check.h"
#include "proxyv2.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define A6 "\xfd\0\0\xda\0\xce\0\0\0\0\0\0\0\0\0\2"
#define B6 "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"

static struct sockaddr_storage address_of(const char *text, uint16_t port)
{
	struct sockaddr_storage address;
	memset(&address, 0, sizeof(address));
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
	} else {
		assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
	}
	return address;
}

struct row {
	const char *identity;
	uint16_t port;
	const char *local;
	uint16_t local_port;
	const char *octets;
	size_t size;
};

#define ROW(identity, port, local, local_port, octets) \
	{ identity, port, local, local_port, octets, sizeof(octets) - 1 }

static void a_header_names_who_is_spoken_for(void **state)
{
	(void)state;
	static const struct row rows[] = {
		ROW("192.0.2.2", 0x1234, "198.51.100.1", 853,
			SIGNATURE "\x21\x11\0\x0c"
				  "\xc0\0\2\2"
				  "\xc6\x33\x64\1"
				  "\x12\x34"
				  "\x03\x55"),
		ROW("fd00:da:ce::2", 65535, "2001:db8::1", 853,
			SIGNATURE "\x21\x21\0\x24" A6 B6 "\xff\xff"
				  "\x03\x55"),
		/* The families differ: the address is made up, the port is true. */
		ROW("fd00:da:ce::2", 1, "198.51.100.1", 853,
			SIGNATURE "\x21\x21\0\x24" A6 A6 "\0\1"
				  "\x03\x55"),
		ROW("127.0.0.2", 1, "::1", 0x0201,
			SIGNATURE "\x21\x11\0\x0c"
				  "\x7f\0\0\2"
				  "\x7f\0\0\2"
				  "\0\1"
				  "\2\1"),
		ROW("127.0.0.2", 0x0708, NULL, 0,
			SIGNATURE "\x21\x11\0\x0c"
				  "\x7f\0\0\2"
				  "\x7f\0\0\2"
				  "\7\x08"
				  "\7\x08"),
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct sockaddr_storage identity = address_of(rows[i].identity, 9);
		struct sockaddr_storage local;
		if (rows[i].local != NULL) {
			local = address_of(rows[i].local, rows[i].local_port);
		}
		uint8_t header[PROXYV2_HEADER_MAX + 1];
		memset(header, 0xee, sizeof(header));
		size_t size = proxyv2_header(header, (const struct sockaddr *)&identity,
			rows[i].port,
			rows[i].local != NULL ? (const struct sockaddr *)&local : NULL);
		assert_int_equal(size, rows[i].size);
		assert_memory_equal(header, rows[i].octets, size);
		assert_int_equal(header[size], 0xee);
	}
}

static void nobody_is_made_up(void **state)
{
	(void)state;
	const struct sockaddr_storage local = address_of("127.0.0.1", 853);
	const struct sockaddr_un path = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	const struct sockaddr_storage none = { .ss_family = AF_UNSPEC };
	uint8_t header[PROXYV2_HEADER_MAX] = { 0 };
	assert_int_equal(proxyv2_header(header, (const struct sockaddr *)&path, 1,
				 (const struct sockaddr *)&local),
		0);
	assert_int_equal(proxyv2_header(header, (const struct sockaddr *)&none, 1,
				 (const struct sockaddr *)&local),
		0);
	assert_int_equal(header[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_names_who_is_spoken_for),
		cmocka_unit_test(nobody_is_made_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
