/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The root's keys against files of trust anchors. The DS records are computed here, for keys
 * that were made up. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gnutls/crypto.h>

#include "root_roll.h"

#define KEY_SIZE (4 + 64) /* of a DNSKEY record of algorithm 13 */

static struct root_roll roll;
static char path[] = "/tmp/test_root_roll.XXXXXX";
static FILE *file;

static void make_key(uint8_t key[KEY_SIZE], uint8_t flags, uint8_t filling)
{
	memset(key, filling, KEY_SIZE);
	memcpy(key, "\1\0\3\x0d", 4);
	key[1] = flags;
}

static void publish(uint8_t flags, uint8_t filling)
{
	uint8_t key[KEY_SIZE];
	make_key(key, flags, filling);
	root_roll_take(&roll, key, sizeof(key));
}

static void put_hex(const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		fprintf(file, "%02x", octets[i]);
	}
	fputc('\n', file);
}

/* The DS record of a key, with a digest of this many bits; 0: the key itself. */
static void trust(uint8_t filling, unsigned bits)
{
	uint8_t form[1 + KEY_SIZE] = { 0 }, digest[48];
	make_key(form + 1, 1, filling);
	if (bits == 0) {
		fprintf(file, ". IN DNSKEY \\# %d ", KEY_SIZE);
		put_hex(form + 1, KEY_SIZE);
		return;
	}
	assert_int_equal(gnutls_hash_fast(bits == 384 ? GNUTLS_DIG_SHA384 :
							GNUTLS_DIG_SHA256,
				 form, sizeof(form), digest),
		0);
	fprintf(file, ". IN DS 1 13 %d ", bits == 384 ? 4 : 2);
	put_hex(digest, bits / 8);
}

static const char *sentence(void)
{
	static char text[320];
	fflush(file);
	return root_roll_is_due(&roll, path, text, sizeof(text)) ? text : "";
}

static int begin(void **state)
{
	(void)state;
	memset(&roll, 0, sizeof(roll));
	strcpy(path + strlen(path) - 6, "XXXXXX");
	int descriptor = mkstemp(path);
	file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	return file == NULL;
}

static int end(void **state)
{
	(void)state;
	fclose(file);
	return unlink(path);
}

static void test_keys_that_the_anchor_has_are_well(void **state)
{
	(void)state;
	publish(1, 7);
	publish(1, 8);
	publish(1, 9);
	publish(0, 77); /* signs the zone, and is nobody's anchor */
	trust(7, 256);
	trust(8, 384);
	trust(9, 0);
	trust(10, 256); /* not published yet, or any more */
	assert_int_equal(roll.count, 3);
	assert_string_equal(sentence(), "");
}

static void test_a_key_that_the_anchor_lacks_is_told_of(void **state)
{
	(void)state;
	trust(7, 256);
	publish(1, 7);
	assert_string_equal(sentence(), "");
	publish(1, 8);
	assert_non_null(strstr(sentence(), "the root has a key "));
	assert_non_null(strstr(sentence(), " lacks: have that file updated before"));
}

/* RFC 5011 2.1: with the flag it is the same key, though its tag is another. */
static void test_a_key_that_is_being_revoked_is_told_of(void **state)
{
	(void)state;
	trust(7, 0);
	trust(9, 256);
	publish(1, 9);
	publish(1 | 0x80, 8); /* of no concern here */
	assert_string_equal(sentence(), "");
	publish(1 | 0x80, 7);
	assert_non_null(strstr(sentence(), "the root revokes its key "));
}

static void test_more_or_larger_keys_than_there_are_do_no_harm(void **state)
{
	(void)state;
	static uint8_t large[ROOT_ROLL_KEY_MAX + 1] = { 1, 1 };
	root_roll_take(&roll, large, sizeof(large));
	root_roll_take(&roll, large, 4);
	assert_int_equal(roll.count, 0);
	for (unsigned i = 0; i < ROOT_ROLL_MAX + 3; i++) {
		publish(1, (uint8_t)i);
	}
	assert_int_equal(roll.count, ROOT_ROLL_MAX);
}

/* RFC 4034 appendix B: those of the Internet's root are in everybody's files. */
static void test_a_key_is_called_by_its_tag(void **state)
{
	(void)state;
	trust(9, 256);
	publish(1, 0); /* 0x0101 + 0x030d */
	assert_non_null(strstr(sentence(), " key 1038 "));
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_keys_that_the_anchor_has_are_well),
		ONE(test_a_key_that_the_anchor_lacks_is_told_of),
		ONE(test_a_key_that_is_being_revoked_is_told_of),
		ONE(test_more_or_larger_keys_than_there_are_do_no_harm),
		ONE(test_a_key_is_called_by_its_tag),
	};
	return cmocka_run_group_tests_name("root_roll", tests, NULL, NULL);
}
