/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names in wire form, whole and in messages: the last that fits each limit and the first that
 * does not. */

#include "check.h"
#include "copy.h"
#include "wire_name.h"

#include <string.h>

#define OF(literal) ((const uint8_t *)(literal))
#define POINTERS_AT 3 /* behind "\1a" and its end */

static void sizes_have_the_root_in_them(void **state)
{
	(void)state;
	assert_int_equal(wire_name_size(OF("")), 1);
	assert_int_equal(wire_name_size(OF("\1a")), 3);
	assert_int_equal(wire_name_size(OF("\3ns2\7example")), 13);
}

static void depth_is_counted_in_whole_labels(void **state)
{
	(void)state;
	static const struct {
		const char *name, *domain;
		int depth;
	} rows[] = {
		{ "", "", 0 },
		{ "\1a", "", 1 },
		{ "\1a\1b", "", 2 },
		{ "\1a\1b", "\1b", 1 },
		{ "\1a\1b", "\1a\1b", 0 },
		{ "\1a\1b\1c", "\1b\1c", 1 },
		{ "\1b", "\1a\1b", -1 },
		{ "", "\1a", -1 },
		{ "\1a", "\1b", -1 },
		{ "\1a\1b", "\1a", -1 },
		/* Ends in the same octets, but within a label. */
		{ "\3x\1b", "\1b", -1 },
		{ "\2ab", "\1b", -1 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(wire_name_depth(OF(rows[i].name), OF(rows[i].domain)),
			rows[i].depth);
	}
}

static void letters_are_the_same_in_either_case(void **state)
{
	(void)state;
	assert_true(wire_name_is_same(OF("\3ns2\2ZA"), OF("\3Ns2\2za")));
	assert_true(wire_name_is_same(OF(""), OF("")));
	assert_false(wire_name_is_same(OF("\3ns2"), OF("\3ns3")));
	assert_false(wire_name_is_same(OF("\3ns2"), OF("\4ns2x")));
	assert_false(wire_name_is_same(OF("\1a"), OF("\1a\1b")));
	/* The same octets, but for how long the first label is. */
	assert_false(wire_name_is_same(OF("\1\1\1\1"), OF("\3\1\1\1")));
	/* What stands behind is not of it. */
	assert_true(wire_name_is_same(OF("\1a\0x"), OF("\1A\0y")));
	/* What stands beside the letters. */
	assert_false(wire_name_is_same(OF("\1@"), OF("\1`")));
	assert_false(wire_name_is_same(OF("\1["), OF("\1{")));
	assert_false(wire_name_is_same(OF("\1\xc1"), OF("\1\xe1")));
}

static struct {
	uint8_t octets[1024];
	size_t size;
} message;

static void put(const void *octets, size_t size)
{
	assert_true(size <= sizeof(message.octets) - message.size);
	memcpy(message.octets + message.size, octets, size);
	message.size += size;
}

static void put_labels(size_t count, uint8_t size)
{
	uint8_t label[1 + 255];
	memset(label, 'x', sizeof(label));
	label[0] = size;
	while (count-- > 0) {
		put(label, (size_t)1 + size);
	}
}

static size_t read_at(uint8_t *name, size_t at)
{
	struct dance_octets copy = copy_of(message.octets, message.size);
	size_t size = wire_name_read(name, copy.data, at, copy.size);
	assert_int_equal(wire_name_read(NULL, copy.data, at, copy.size), size);
	free_copy(copy);
	return size;
}

static void begin(void)
{
	message.size = 0;
}

static void names_are_read_with_their_pointers(void **state)
{
	(void)state;
	static const char octets[] = "\7Example\3net\0\3ns2\xc0\0\xc0\xd\1a\xc0\x13";
	uint8_t name[WIRE_NAME_SIZE];
	begin();
	put(octets, sizeof(octets) - 1);
	assert_int_equal(read_at(name, 0), 13);
	assert_memory_equal(name, "\7Example\3net", 13);
	assert_int_equal(read_at(name, 13), 6);
	assert_memory_equal(name, "\3ns2\7Example\3net", 17);
	assert_int_equal(read_at(name, 19), 2);
	assert_memory_equal(name, "\3ns2\7Example\3net", 17);
	assert_int_equal(read_at(name, 21), 4);
	assert_memory_equal(name, "\1a\3ns2\7Example\3net", 19);
	assert_int_equal(read_at(name, 12), 1);
	assert_memory_equal(name, "", 1);
}

/* A pointer has 14 bits. */
static void pointers_reach_far(void **state)
{
	(void)state;
	static const size_t places[] = { 0x0104, 0x0204, 0x0300, 0x03f0 };
	for (size_t i = 0; i < ROWS(places); i++) {
		uint8_t name[WIRE_NAME_SIZE];
		const uint8_t pointer[] = { (uint8_t)(0xc0 | places[i] >> 8),
			(uint8_t)places[i] };
		begin();
		memset(message.octets, 'x', sizeof(message.octets));
		message.size = places[i];
		put("\1b", 3);
		put(pointer, sizeof(pointer));
		assert_int_equal(read_at(name, message.size - 2), 2);
		assert_memory_equal(name, "\1b", 3);
	}
}

static void what_is_no_name_is_not_read(void **state)
{
	(void)state;
	static const struct {
		const char *what, *octets;
		size_t size, at;
	} rows[] = {
		{ "nothing", "", 0, 0 },
		{ "behind the end", "\0", 1, 1 },
		{ "no root label", "\1a", 2, 0 },
		{ "a label without its end", "\3a\0", 3, 0 },
		{ "half a pointer", "\0\xc0", 2, 1 },
		{ "a pointer to itself", "\xc0\0", 2, 0 },
		{ "a pointer ahead", "\xc0\2\0", 3, 0 },
		{ "a pointer out of it", "\xc0\xff", 2, 0 },
		{ "a pointer in a circle", "\1a\xc0\0", 4, 0 },
		{ "pointers in a circle", "\1a\1b\xc0\0", 6, 2 },
		{ "a type of labels", "\x40\0", 2, 0 },
		{ "another one", "\x80\0", 2, 0 },
		/* Not even where the bits behind it would point at a name. */
		{ "a type of labels, later", "\0\x40\0", 3, 1 },
		{ "another one, later", "\0\x80\0", 3, 1 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin();
		put(rows[i].octets, rows[i].size);
		check_true(rows[i].what, read_at(NULL, rows[i].at) == 0);
	}
}

static void a_label_has_63_octets_at_most(void **state)
{
	(void)state;
	begin();
	put_labels(1, WIRE_LABEL_SIZE);
	put("", 1);
	assert_int_equal(read_at(NULL, 0), 1 + 63 + 1);
	begin();
	put_labels(1, WIRE_LABEL_SIZE + 1);
	put("", 1);
	assert_int_equal(read_at(NULL, 0), 0);
}

static void a_name_has_255_octets_at_most(void **state)
{
	(void)state;
	uint8_t name[WIRE_NAME_SIZE + 1] = { [WIRE_NAME_SIZE] = 0xa5 };
	begin();
	put_labels(3, 63);
	put_labels(1, 61);
	put("", 1);
	assert_int_equal(read_at(name, 0), WIRE_NAME_SIZE);
	assert_int_equal(wire_name_size(name), WIRE_NAME_SIZE);
	/* One octet more, in one piece and by a pointer. */
	put_labels(3, 63);
	put_labels(1, 62);
	put("", 1);
	assert_int_equal(read_at(name, 255), 0);
	put("\1a\xc0\0", 4);
	assert_int_equal(read_at(name, 255 + 256), 0);
	assert_int_equal(name[WIRE_NAME_SIZE], 0xa5);
}

static void pointers_are_followed_127_times(void **state)
{
	(void)state;
	begin();
	put("\1a", POINTERS_AT);
	put("\xc0\0", 2);
	for (size_t i = 1; i <= WIRE_NAME_POINTERS_MAX; i++) {
		size_t to = POINTERS_AT + 2 * (i - 1);
		uint8_t pointer[] = { (uint8_t)(0xc0 | to >> 8), (uint8_t)to };
		put(pointer, 2);
	}
	assert_int_equal(read_at(NULL, message.size - 4), 2);
	assert_int_equal(read_at(NULL, message.size - 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_the_root_in_them),
		cmocka_unit_test(depth_is_counted_in_whole_labels),
		cmocka_unit_test(letters_are_the_same_in_either_case),
		cmocka_unit_test(names_are_read_with_their_pointers),
		cmocka_unit_test(pointers_reach_far),
		cmocka_unit_test(what_is_no_name_is_not_read),
		cmocka_unit_test(a_label_has_63_octets_at_most),
		cmocka_unit_test(a_name_has_255_octets_at_most),
		cmocka_unit_test(pointers_are_followed_127_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
