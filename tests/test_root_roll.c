/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The root's keys against files of trust anchors. The DS records are computed here, for keys
 * that were made up. */

#include "check.h"
#include "fail.h"
#include "root_roll.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_SIZE (4 + 64) /* of a DNSKEY record of algorithm 13 */

static struct root_roll roll, before;
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

/* What the file says of a key that it has: unbound's word for its state. */
static void keep(uint8_t filling, const char *state)
{
	uint8_t key[KEY_SIZE];
	make_key(key, 1, filling);
	fprintf(file, ". IN DNSKEY \\# %d ", KEY_SIZE);
	for (size_t i = 0; i < KEY_SIZE; i++) {
		fprintf(file, "%02x", key[i]);
	}
	fprintf(file, " ;;state=%s\n", state);
}

static const char *sentence(void)
{
	static char text[TRUST_ANCHOR_AGING_SIZE];
	struct trust_anchor anchor;
	unsigned tag = 0;
	fflush(file);
	assert_true(trust_anchor_begin(&anchor, path));
	(void)trust_anchor_look(&anchor);
	enum root_roll_news news = root_roll_judge(&roll, &anchor, &tag);
	root_roll_text(news, tag, text);
	trust_anchor_clear(&anchor);
	return text;
}

/* The root has other keys from now on. */
static void publish_anew(void)
{
	before = roll;
	memset(&roll, 0, sizeof(roll));
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

static void keys_that_the_anchor_has_are_well(void **state)
{
	(void)state;
	publish(1, 7);
	publish(1, 8);
	publish(1, 9);
	publish(0, 77); /* signs the zone, and is nobody's anchor */
	trust(7, 256);
	trust(8, 384);
	trust(9, 0);
	trust(10, 256); /* not published yet */
	assert_int_equal(roll.count, 3);
	assert_string_equal(sentence(), "");
}

/* RFC 4034 appendix B: it is called by its tag, here 0x0101 + 0x030d. */
static void a_key_that_the_anchor_lacks_is_told_of(void **state)
{
	(void)state;
	trust(7, 256);
	publish(1, 7);
	assert_string_equal(sentence(), "");
	publish(1, 0);
	assert_string_equal(sentence(), "the root has a key 1038 that it lacks");
	/* The same after a carry: of 32 times 0xffff nothing is left. */
	roll.count--;
	publish(1, 0xff);
	assert_string_equal(sentence(), "the root has a key 1038 that it lacks");
}

/* RFC 5011 2.4.1: a new key has to be there for 30 days. */
static void a_key_that_waits_to_be_trusted_is_not_told_of(void **state)
{
	(void)state;
	trust(7, 0);
	publish(1, 7);
	publish(1, 0);
	keep(0, "0 [  START  ]");
	assert_string_equal(sentence(), "the root has a key 1038 that it lacks");
	keep(0, "1 [ ADDPEND ]");
	assert_string_equal(sentence(), "");
}

/* Each time anew, by what the file has then. */
static void what_the_anchor_had_before_does_not_count(void **state)
{
	(void)state;
	publish(1, 0);
	trust(0, 256);
	assert_string_equal(sentence(), "");
	trust(7, 256);
	for (int has_state = 0; has_state < 2; has_state++) {
		rewind(file);
		assert_int_equal(ftruncate(fileno(file), 0), 0);
		trust(7, 256);
		assert_string_equal(sentence(), "the root has a key 1038 that it lacks");
		keep(0, "1 [ ADDPEND ]");
		assert_string_equal(sentence(), "");
	}
}

/* RFC 5011 2.1: with the flag it is the same key, though its tag is another. */
static void a_key_that_is_being_revoked_is_told_of(void **state)
{
	(void)state;
	trust(0, 0);
	trust(9, 256);
	publish(1, 9);
	publish(1 | 0x80, 8); /* of no concern here */
	assert_string_equal(sentence(), "");
	publish(1 | 0x80, 0);
	assert_string_equal(sentence(), "the root revokes its key 1038");
}

static void a_key_that_is_gone_is_told_of_as_long_as_the_anchor_has_it(void **state)
{
	(void)state;
	trust(0, 256);
	trust(9, 256);
	publish(1, 0);
	publish(1, 8);
	publish(1, 9);
	publish_anew();
	publish(1, 9);
	assert_string_equal(sentence(), "");
	root_roll_follow(&roll, &before);
	assert_string_equal(sentence(), "the root no longer has its key 1038");
	publish_anew();
	publish(1, 9);
	root_roll_follow(&roll, &before);
	assert_string_equal(sentence(), "the root no longer has its key 1038");
	keep(0, "3 [ MISSING ]");
	assert_string_equal(sentence(), "");
}

static void a_key_that_comes_back_is_well(void **state)
{
	(void)state;
	trust(0, 256);
	trust(9, 256);
	publish(1, 0);
	publish(1, 9);
	publish_anew();
	publish(1, 9);
	root_roll_follow(&roll, &before);
	publish_anew();
	publish(1, 9);
	publish(1, 0);
	root_roll_follow(&roll, &before);
	assert_int_equal(roll.count, 2);
	assert_string_equal(sentence(), "");
}

static void more_or_larger_keys_than_there_are_do_no_harm(void **state)
{
	(void)state;
	static uint8_t large[ROOT_ROLL_KEY_MAX + 1] = { 1, 1 };
	root_roll_take(&roll, large, 4);
	assert_false(roll.cut);
	root_roll_take(&roll, large, sizeof(large));
	assert_true(roll.cut);
	assert_int_equal(roll.count, 0);
	root_roll_take(&roll, large, ROOT_ROLL_KEY_MAX);
	assert_int_equal(roll.count, 1);
	root_roll_take(&roll, large, 5);
	assert_int_equal(roll.count, 2);
	roll.count = 0;
	roll.cut = false;
	for (unsigned i = 0; i < ROOT_ROLL_MAX; i++) {
		publish(1, (uint8_t)i);
	}
	assert_false(roll.cut);
	publish_anew();
	publish(1, 200);
	root_roll_follow(&roll, &before);
	assert_int_equal(roll.count, ROOT_ROLL_MAX);
	publish(1, 201);
	assert_true(roll.cut);
	assert_int_equal(roll.count, ROOT_ROLL_MAX);
}

/* Then not all keys of the root are known, as if there were too many. */
static void a_key_that_cannot_be_hashed_is_missed(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 2; n++) {
		roll.cut = false;
		fail_at(n, FAIL_HERE, false);
		publish(1, 1);
		fail_at(0, FAIL_HERE, false);
		assert_true(roll.cut);
		assert_int_equal(roll.count, 0);
	}
	roll.cut = false;
	publish(1, 1);
	assert_false(roll.cut);
	assert_int_equal(roll.count, 1);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(keys_that_the_anchor_has_are_well),
		ONE(a_key_that_the_anchor_lacks_is_told_of),
		ONE(what_the_anchor_had_before_does_not_count),
		ONE(a_key_that_waits_to_be_trusted_is_not_told_of),
		ONE(a_key_that_is_being_revoked_is_told_of),
		ONE(a_key_that_is_gone_is_told_of_as_long_as_the_anchor_has_it),
		ONE(a_key_that_comes_back_is_well),
		ONE(more_or_larger_keys_than_there_are_do_no_harm),
		ONE(a_key_that_cannot_be_hashed_is_missed),
	};
	return cmocka_run_group_tests_name("root_roll", tests, NULL, NULL);
}
