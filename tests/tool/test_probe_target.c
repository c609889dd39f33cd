/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server's words on the command line, and the addresses that need no DNS. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "../check.h"
#include "probe_target.h"

static void words(void **state)
{
	(void)state;
	static const struct {
		const char *text, *host;
		unsigned port; /* 0: it is no server */
		bool is_address;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", 853, true },
		{ "192.0.2.1@5353", "192.0.2.1", 5353, true },
		{ "2001:db8::1@1", "2001:db8::1", 1, true },
		{ "ns1.example.com", "ns1.example.com", 853, false },
		{ "ns1.example.com.@65535", "ns1.example.com", 65535, false },
		{ "", NULL, 0, false },
		{ "@853", NULL, 0, false },
		{ "192.0.2.1@", NULL, 0, false },
		{ "192.0.2.1@0", NULL, 0, false },
		{ "192.0.2.1@65536", NULL, 0, false },
		{ "192.0.2.1@+1", NULL, 0, false },
		{ "192.0.2.1@53x", NULL, 0, false },
		{ "[2001:db8::1]", NULL, 0, false },
		{ "192.0.2.1:853", NULL, 0, false },
		{ "a b", NULL, 0, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct probe_request request = { .port = 0 };
		const char *why = NULL;
		bool fine = probe_target_read(rows[i].text, &request, &why);
		check_true(rows[i].text, fine == (rows[i].port != 0));
		if (fine) {
			assert_string_equal(request.host, rows[i].host);
			assert_int_equal(request.port, rows[i].port);
			check_true(rows[i].text, request.is_address == rows[i].is_address);
		} else {
			assert_non_null(why);
		}
	}
}

/* RFC 6698 3 */
static void owner_names(void **state)
{
	(void)state;
	struct probe_request request = { .port = 853 };
	const char *why = NULL;
	char text[DANCE_NAME_SIZE];
	assert_true(probe_target_name(&request, "ns1.example.com.", &why));
	assert_string_equal(request.server_name, "ns1.example.com");
	assert_string_equal(request.server_owner, "_853._tcp.ns1.example.com");
	request.port = 65535;
	assert_true(probe_target_name(&request, "ns1.example.com", &why));
	assert_string_equal(request.server_owner, "_65535._tcp.ns1.example.com");
	assert_false(probe_target_name(&request, "*.example.com", &why));
	/* A name for which there is no room below it. */
	memset(text, 'a', sizeof(text));
	text[63] = text[127] = text[191] = '.';
	text[242] = '\0';
	assert_false(probe_target_name(&request, text, &why));
	text[241] = '\0';
	assert_true(probe_target_name(&request, text, &why));
}

static void keys(void **state)
{
	(void)state;
	unsigned char key[DANCE_SHA256_SIZE];
	char text[PROBE_KEY_SIZE + 1];
	char hex[PROBE_KEY_SIZE];
	memset(text, 'f', sizeof(text));
	memcpy(text, "0123456789abcdefABCDEF", 22);
	text[64] = '\0';
	assert_true(probe_target_key(text, key));
	assert_memory_equal(key, "\x01\x23\x45\x67\x89\xab\xcd\xef\xab\xcd\xef\xff", 12);
	assert_string_equal(probe_key_text(key, hex) + 22, text + 22);
	text[64] = 'f';
	text[65] = '\0';
	assert_false(probe_target_key(text, key));
	text[63] = '\0';
	assert_false(probe_target_key(text, key));
	text[63] = 'g';
	text[64] = '\0';
	assert_false(probe_target_key(text, key));
	assert_false(probe_target_key("", key));
}

/* As Knot DNS logs it. */
static void keys_in_base64(void **state)
{
	(void)state;
	unsigned char key[DANCE_SHA256_SIZE];
	static const char *const wrong[] = {
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8",  /* no padding */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/9=", /* bits that must be 0 */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oWw==", /* 31 octets */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW//A", /* 33 octets */
		" 8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8",
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW_8=", /* of base64url */
	};
	assert_true(probe_target_key("8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8=", key));
	assert_memory_equal(key, "\xf1\x46\x59\x3d\xb3\x9c\x26\xa1\x6f\x27", 10);
	assert_int_equal(key[31], 0xff);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(probe_target_key(wrong[i], key));
	}
}

static void addresses(void **state)
{
	(void)state;
	struct probe_address found[PROBE_ADDRESSES_MAX];
	struct probe_request request = { .port = 0 };
	char why[PROBE_WHY_SIZE] = "";
	const char *wrong;
	assert_true(probe_target_read("127.0.0.9@5300", &request, &wrong));
	assert_int_equal(probe_target_find(&request, found, 10000, why), 1);
	assert_string_equal(found[0].text, "127.0.0.9");
	const struct sockaddr_in *four = (const struct sockaddr_in *)&found[0].socket;
	assert_int_equal(ntohs(four->sin_port), 5300);
	probe_address_set_port(&found[0], 53);
	assert_int_equal(ntohs(four->sin_port), 53);
	assert_true(probe_target_read("::1", &request, &wrong));
	assert_int_equal(probe_target_find(&request, found, 10000, why), 1);
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&found[0].socket;
	probe_address_set_port(&found[0], 53);
	assert_int_equal(ntohs(six->sin6_port), 53);
	assert_true(probe_target_read("no-such-name.invalid", &request, &wrong));
	assert_int_equal(probe_target_find(&request, found, 10000, why), 0);
	assert_int_not_equal(why[0], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(owner_names),
		cmocka_unit_test(keys),
		cmocka_unit_test(keys_in_base64),
		cmocka_unit_test(addresses),
	};
	return cmocka_run_group_tests_name("probe_target", tests, NULL, NULL);
}
