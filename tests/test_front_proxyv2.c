/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * PROXY headers, octet by octet as the specification of version 2 has them. */

#include "check.h"
#include "proxyv2.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
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

static void check_headers(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
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
	check_headers(rows, ROWS(rows));
}

/* A client of a socket for both families has the address that it has elsewhere; what goes into an
 * IPv6 header anyway stays as it is. */
static void an_ipv4_mapped_address_is_ipv4(void **state)
{
	(void)state;
	static const struct row rows[] = {
		ROW("::ffff:192.0.2.2", 7, "::ffff:198.51.100.1", 853,
			SIGNATURE "\x21\x11\0\x0c"
				  "\xc0\0\2\2"
				  "\xc6\x33\x64\1"
				  "\0\7"
				  "\x03\x55"),
		ROW("192.0.2.2", 7, "::ffff:198.51.100.1", 853,
			SIGNATURE "\x21\x11\0\x0c"
				  "\xc0\0\2\2"
				  "\xc6\x33\x64\1"
				  "\0\7"
				  "\x03\x55"),
		ROW("::ffff:192.0.2.2", 7, "2001:db8::1", 853,
			SIGNATURE "\x21\x11\0\x0c"
				  "\xc0\0\2\2"
				  "\xc0\0\2\2"
				  "\0\7"
				  "\x03\x55"),
		ROW("fd00:da:ce::2", 7, "::ffff:198.51.100.1", 853,
			SIGNATURE "\x21\x21\0\x24" A6
				  "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\1"
				  "\0\7"
				  "\x03\x55"),
		/* Compatible, and ::1, are not mapped. */
		ROW("::192.0.2.2", 7, "::1", 853,
			SIGNATURE "\x21\x21\0\x24"
				  "\0\0\0\0\0\0\0\0\0\0\0\0\xc0\0\2\2"
				  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
				  "\0\7"
				  "\x03\x55"),
	};
	check_headers(rows, ROWS(rows));
}

#define TLS_BEGINS(length) "\x20" length "\x07\0\0\0\0\x21\0\7TLSv1.3"
#define CHACHA "\x23\0\x1cTLS_CHACHA20_POLY1305_SHA256"

static struct dance_result allowed(const char *name)
{
	struct dance_result result = { .size = sizeof(result), .verdict = DANCE_ALLOW };
	snprintf(result.name, sizeof(result.name), "%s", name);
	return result;
}

/* Connection over TLS, with a certificate, verified; the version; the name; the cipher suite. */
static void a_header_with_tls_has_the_proved_name(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct row row;
	} rows[] = {
		{ "a1b2._device.example.org",
			ROW("192.0.2.2", 0x1234, "198.51.100.1", 8883,
				SIGNATURE
				"\x21\x11\0\x58"
				"\xc0\0\2\2"
				"\xc6\x33\x64\1"
				"\x12\x34"
				"\x22\xb3" TLS_BEGINS(
					"\0\x49") "\x22\0\x18"
						  "a1b2._device.example.org" CHACHA) },
		{ "a.example",
			ROW("2001:db8::1", 65535, "fd00:da:ce::2", 443,
				SIGNATURE
				"\x21\x21\0\x61" B6 A6 "\xff\xff"
				"\1\xbb" TLS_BEGINS("\0\x3a") "\x22\0\x09"
							      "a.example" CHACHA) },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *row = &rows[i].row;
		const struct sockaddr_storage source = address_of(row->identity, 9);
		const struct sockaddr_storage local = address_of(row->local,
			row->local_port);
		const struct dance_result result = allowed(rows[i].name);
		uint8_t header[PROXYV2_TLS_HEADER_MAX + 1];
		memset(header, 0xee, sizeof(header));
		size_t size = proxyv2_tls_header(header, (const struct sockaddr *)&source,
			row->port, (const struct sockaddr *)&local, &result,
			"TLS_CHACHA20_POLY1305_SHA256");
		assert_int_equal(size, row->size);
		assert_memory_equal(header, row->octets, size);
		assert_int_equal(header[size], 0xee);
	}
}

/* The longest there are, between IPv6 addresses: servers read no more than 500 octets behind the
 * first 16. */
static void the_longest_header_has_room(void **state)
{
	(void)state;
	const struct sockaddr_storage source = address_of("2001:db8::1", 1);
	char name[DANCE_NAME_SIZE], cipher[PROXYV2_CIPHER_MAX + 2];
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(cipher, 'c', sizeof(cipher) - 1);
	cipher[sizeof(cipher) - 1] = '\0';
	const struct dance_result result = allowed(name);
	uint8_t header[PROXYV2_TLS_HEADER_MAX + 1];
	memset(header, 0xee, sizeof(header));
	assert_int_equal(proxyv2_tls_header(header, (const struct sockaddr *)&source, 1,
				 NULL, &result, cipher),
		0);
	assert_int_equal(header[0], 0xee);
	cipher[PROXYV2_CIPHER_MAX] = '\0';
	size_t size = proxyv2_tls_header(header, (const struct sockaddr *)&source, 1, NULL,
		&result, cipher);
	assert_int_equal(size, PROXYV2_TLS_HEADER_MAX);
	assert_int_equal(header[size], 0xee);
	assert_int_equal(header[14] << 8 | header[15], size - 16);
	assert_true(size - 16 <= 500);
	assert_memory_equal(header + size - 67 - 256,
		"\x22\0\xfd"
		"aaa",
		6);
}

/* Of nobody else is said that he is verified. */
static void only_a_permitted_client_has_a_name(void **state)
{
	(void)state;
	const struct sockaddr_storage source = address_of("192.0.2.2", 1);
	const struct sockaddr_un path = { .sun_family = AF_UNIX, .sun_path = "/run/x" };
	struct dance_result result = allowed("a.example");
	uint8_t header[PROXYV2_TLS_HEADER_MAX] = { 0 };
	assert_int_equal(proxyv2_tls_header(header, (const struct sockaddr *)&path, 1,
				 (const struct sockaddr *)&source, &result, "C"),
		0);
	for (int verdict = DANCE_UNDECIDED; verdict <= DANCE_FAIL_INTERNAL; verdict++) {
		result.verdict = (enum dance_verdict)verdict;
		size_t size = proxyv2_tls_header(header, (const struct sockaddr *)&source,
			1, NULL, &result, "C");
		check_true(dance_verdict_text(result.verdict),
			(size != 0) == (verdict == DANCE_ALLOW));
	}
	result = allowed("");
	assert_int_equal(proxyv2_tls_header(header, (const struct sockaddr *)&source, 1,
				 NULL, &result, "C"),
		0);
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
		cmocka_unit_test(an_ipv4_mapped_address_is_ipv4),
		cmocka_unit_test(a_header_with_tls_has_the_proved_name),
		cmocka_unit_test(the_longest_header_has_room),
		cmocka_unit_test(only_a_permitted_client_has_a_name),
		cmocka_unit_test(nobody_is_made_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
