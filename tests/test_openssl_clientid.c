/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The body of dane_clientid: each octet, each length. */

#include "check.h"
#include "clientid.h"

#include <string.h>

static void a_body_is_a_length_and_so_many_octets(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		size_t body_size;
		bool is_one;
	} rows[] = {
		{ "", 0, false },
		{ "\0", 1, true },
		{ "\0a", 2, false },
		{ "\1", 1, false },
		{ "\1a", 2, true },
		{ "\1ab", 3, false },
		{ "\2a", 2, false },
		{ "\3a.b", 4, true },
		{ "\3a.b.", 5, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const unsigned char *body = (const unsigned char *)rows[i].body,
				    *name = NULL;
		size_t size = 77;
		check_true(rows[i].body,
			clientid_read(body, rows[i].body_size, &name, &size) ==
				rows[i].is_one);
		assert_ptr_equal(name, rows[i].is_one ? body + 1 : NULL);
		assert_int_equal(size, rows[i].is_one ? body[0] : 77);
	}
	unsigned char longest[256] = { 255 };
	const unsigned char *name;
	size_t size;
	assert_true(clientid_read(longest, 256, &name, &size));
	assert_int_equal(size, 255);
	longest[0] = 254;
	assert_false(clientid_read(longest, 256, &name, &size));
}

/* draft-ietf-dance-client-auth 7. */
static void a_name_has_letters_digits_and_three_signs(void **state)
{
	(void)state;
	static const char taken[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.";
	for (int octet = 0; octet < 256; octet++) {
		bool is_taken = octet != 0 && strchr(taken, octet) != NULL;
		for (size_t place = 0; place < 3; place++) {
			unsigned char name[] = "a.b";
			name[place] = (unsigned char)octet;
			assert_int_equal(clientid_is_name(name, 3), is_taken);
			assert_int_equal(clientid_is_name(name + place, 1), is_taken);
		}
	}
}

static void a_name_has_1_to_253_octets(void **state)
{
	(void)state;
	unsigned char name[CLIENTID_NAME_MAX + 1];
	memset(name, 'a', sizeof(name));
	assert_false(clientid_is_name(name, 0));
	assert_true(clientid_is_name(name, 1));
	assert_true(clientid_is_name(name, 253));
	assert_false(clientid_is_name(name, 254));
}

static void what_is_written_can_be_read(void **state)
{
	(void)state;
	char name[CLIENTID_NAME_MAX + 1];
	memset(name, 'a', sizeof(name));
	for (size_t size = 1; size <= CLIENTID_NAME_MAX; size++) {
		unsigned char body[1 + CLIENTID_NAME_MAX + 1];
		const unsigned char *read;
		size_t read_size;
		name[size - 1] = 'z';
		memset(body, '#', sizeof(body));
		assert_int_equal(clientid_write(body, name, size), 1 + size);
		assert_int_equal(body[1 + size], '#');
		assert_true(clientid_read(body, 1 + size, &read, &read_size));
		assert_int_equal(read_size, size);
		assert_memory_equal(read, name, size);
		name[size - 1] = 'a';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_is_a_length_and_so_many_octets),
		cmocka_unit_test(a_name_has_letters_digits_and_three_signs),
		cmocka_unit_test(a_name_has_1_to_253_octets),
		cmocka_unit_test(what_is_written_can_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
