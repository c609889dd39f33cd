/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files that hold a trust anchor, in all forms that they have, and files that do not. Which
 * algorithms, digits and lengths a record may have is in test_root_key_record.c. */

#include "root_key_scene.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/dance-anchor-XXXXXX";

static int make(void **state)
{
	(void)state;
	int file = mkstemp(path);
	return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
	(void)state;
	return unlink(path);
}

static void what_unbound_reads_is_read(void **state)
{
	(void)state;
	static const char *const digests[] = {
		". IN DS " DS,
		". in ds " DS,
		". DS " DS " ; a comment behind it",
		"; a comment\n\n.\t172800\tIN\tDS\t" DS "\n",
		". IN 3600 DS " DS "\n",
		". 1d12h DS " DS "\n",
		". CLASS1 TYPE43 " DS "\n",
		". IN DS 4660 ECDSAP256SHA256 2 " DIGEST,
		". IN DS 4660 ecdsap256sha256 2 00112233 445566778899AABBCCDDEEFF\t"
		"00112233445566778899aabbccddeeff\n",
		". 172800 IN TYPE43 \\# 36 12340d02 " DIGEST "\n",
		". 172800 IN type43 \\# 36 12340D02" DIGEST "\n",
		". IN DS \\# 36 ( 12340d02\n" DIGEST " ; all of it\n )\n",
		". IN DS " DS "\r\n",
		". IN DS ( 4660 13 2 ; first\n\t" DIGEST "\n\t)\n",
		"(\n. ) IN DS " DS "\n. IN DS " DS, /* the first is of no owner */
		"\xef\xbb\xbf. IN DS " DS "\n",
		"$TTL 3600\n. IN DS " DS "\n",
		"$ORIGIN .\n@ IN DS " DS "\n",
		"$ORIGIN .\n IN DS " DS "\n",
		"\tIN DS " DS "\n",
		"; a comment\n\n  3600 DS " DS "\n",
		". IN NS a.root-servers.net.\n\tIN DS " DS "\n",
		". IN NS a.root-servers.net.\n$TTL 3600\n IN DS " DS "\n",
		". IN TXT \"; not a ( comment\" \n. IN DS " DS,
		"# . IN DS " DS "\n. IN DS " DS,
	};
	for (size_t i = 0; i < ROWS(digests); i++) {
		check_passed(digests[i], PASSED);
	}
	static const char *const keys[] = {
		". IN DNSKEY 257 3 15 " KEY,
		". in dnskey 257 3 ed25519 WlpaWlpaWlpaWlpa WlpaWlpaWlpaWlpaWlpaWlpa\tWlo=\n",
		". 3600 IN TYPE48 \\# 36 0101030f"
		"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n",
		". 86400 IN DNSKEY 257 3 15 " KEY " ;{id = 1 (ksk), size = 256b} ;;state=2 "
		"[  VALID  ] ;;count=0 ;;lastchange=1795348800\n",
		"; autotrust trust anchor file\n;;id: . 1\n. 86400 IN DNSKEY 257 3 15 " KEY
		" ;;state=3 [ MISSING ]\n",
	};
	for (size_t i = 0; i < ROWS(keys); i++) {
		check_passed(keys[i], PASSED_KEY);
	}
}

static void without_one_of_the_root_nothing_would_be_validated(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "no DS or DNSKEY record of the root" },
		{ "\n\n", "no DS or DNSKEY record of the root" },
		{ "; . IN DS " DS, "no DS or DNSKEY record of the root" },
		{ "# . IN DS " DS, "no DS or DNSKEY record of the root" },
		{ "#. IN DS " DS, "no DS or DNSKEY record of the root" },
		{ ". IN NS a.root-servers.net.\n", "no DS or DNSKEY record of the root" },
		{ "DS. IN A 192.0.2.1\n", "no DS or DNSKEY record of the root" },
		{ ". CH DS " DS, "no DS or DNSKEY record of the root" },
		{ "nodata\n", "no DS or DNSKEY record of the root" },
		{ ". IN DS", "the DS record in line 1 cannot be used: it is incomplete" },
		{ "\n. IN DS 4660",
			"the DS record in line 2 cannot be used: it is incomplete" },
		{ "elsewhere. IN DS " DS,
			"no DS or DNSKEY record of the root, only records of other names" },
		{ "elsewhere IN DS " DS,
			"no DS or DNSKEY record of the root, only records of other names" },
		{ "$ORIGIN example.\n@ IN DS " DS, "only records of other names" },
		{ "$ORIGIN \"an example\".\n@ IN DS " DS,
			"no DS or DNSKEY record of the root" },
		{ "$ORIGIN example.\n IN DS " DS, "only records of other names" },
		{ ". IN DS 4660 13 99 " DIGEST, "its digest type is neither 2 nor 4" },
		{ ". IN DS 4660 13 1 00112233445566778899aabbccddeeff00112233",
			"its digest type is neither 2 nor 4" },
		{ ". IN DS 4660 99 2 " DIGEST,
			"its algorithm is not 8, 10, 13, 14, 15 or 16" },
		{ ". IN DS 4660 5 2 " DIGEST,
			"its algorithm is not 8, 10, 13, 14, 15 or 16" },
		{ ". IN DS 4660 255 2 " DIGEST,
			"its algorithm is not 8, 10, 13, 14, 15 or 16" },
		{ ". IN DS 4660 13 255 " DIGEST, "its digest type is neither 2 nor 4" },
		{ ". IN DS 4660 13 256 " DIGEST, "its numbers cannot be read" },
		{ ". IN DNSKEY 65536 3 15 " KEY, "its numbers cannot be read" },
		{ ". IN DNSKEY 65535 3 15 " KEY, "it is revoked" },
		{ ". IN DNSKEY 257 255 15 " KEY, "it is not a zone key" },
		{ ". IN DNSKEY 257 256 15 " KEY, "its numbers cannot be read" },
		{ ". IN DNSKEY 257 3 256 " KEY, "its numbers cannot be read" },
		{ ". IN DNSKEY 257 3 12 " KEY,
			"its algorithm is not 8, 10, 13, 14, 15 or 16" },
		{ ". IN DS \\# 65535 12340d02" DIGEST,
			"its data does not have the stated length" },
		{ ". IN DS \\# 65536 12340d02" DIGEST, "the length of its data is missing" },
		{ ". IN DS \\#", "the length of its data is missing" },
		{ ". IN DS \\# 0",
			"the DS record in line 1 cannot be used: it is incomplete" },
		{ ". IN DS \\# 36 12340d02=" DIGEST, "its data is not hexadecimal" },
		{ ". IN DS \\# 4 12340d02",
			"its digest does not have the 32 octets of type 2" },
		{ ". IN DNSKEY \\# 4 0101030f",
			"its key has the wrong length for its algorithm" },
		{ ". IN DNSKEY \\# 4 01010308",
			"its key has the wrong length for its algorithm" },
		{ ". IN DS 4660 13 2", "it is incomplete" },
		{ ". IN DNSKEY 257 3 15", "it is incomplete" },
		{ ". IN", "no DS or DNSKEY record of the root" },
		{ ". IN 3600", "no DS or DNSKEY record of the root" },
		{ ". IN 3600 IN DS " DS, "no DS or DNSKEY record of the root" },
		{ ". IN DS 1 13 2 00\n\n. IN DNSKEY 1",
			"the DS record in line 1 cannot be used: its digest does not have the 32 "
			"octets of type 2" },
		{ "\n\n. IN DNSKEY 1",
			"the DNSKEY record in line 3 cannot be used: it is incomplete" },
		{ "$INCLUDE /nowhere\n. IN DS 1", "the $INCLUDE in line 1 is not followed" },
		{ ". IN DS 1\n$INCLUDE /nowhere",
			"the DS record in line 1 cannot be used: it is incomplete" },
		{ ". IN DS \\# 37 12340d02" DIGEST "\n. IN DS \\#",
			"its data does not have the stated length" },
		{ ". IN DS 4660 13 2 00112233445566778899aabbccddeeff",
			"its digest does not have the 32 octets of type 2" },
		{ ". IN DS 4660 13 4 " DIGEST,
			"its digest does not have the 48 octets of type 4" },
		{ ". IN DS 4660 13 2 " DIGEST "0", "its data is cut short" },
		{ ". IN DS 4660 13 2 " DIGEST "00",
			"its digest does not have the 32 octets of type 2" },
		{ ". IN DS 4660 13 2 xyz", "its data is not hexadecimal" },
		{ ". IN DS 65536 13 2 " DIGEST, "its numbers cannot be read" },
		{ ". IN DS 4660 256 2 " DIGEST, "its numbers cannot be read" },
		{ ". IN DS 4660 RSAMD5 2 " DIGEST, "its numbers cannot be read" },
		{ ". IN DS -1 13 2 " DIGEST, "its numbers cannot be read" },
		{ ". IN DS \\# 37 12340d02" DIGEST, "does not have the stated length" },
		{ ". IN DS \\# x 12340d02" DIGEST, "the length of its data is missing" },
		{ ". IN DS \\# 3 123400", "it is incomplete" },
		{ ". IN DNSKEY \\# 3 123400", "it is incomplete" },
		{ ". IN DNSKEY 257 3 15 !!!", "its key is not base64" },
		{ ". IN DNSKEY 257 3 15 " KEY KEY, "its key is not base64" },
		{ ". IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpa",
			"the wrong length for its algorithm" },
		{ ". IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpaW", "its data is cut short" },
		{ ". IN DNSKEY 257 2 15 " KEY, "it is not a zone key" },
		{ ". IN DNSKEY 1 3 15 " KEY, "it is not a zone key" },
		{ ". IN DNSKEY 385 3 15 " KEY, "it is revoked" },
		{ ". IN DNSKEY 257 3 15 " KEY " ;;state=1 [ ADDPEND ]",
			"its state is not valid" },
		{ ". IN DNSKEY 257 3 15 " KEY " ;;state=4 [ REVOKED ]",
			"its state is not valid: it is revoked" },
		{ "\n$include /nowhere", "the $INCLUDE in line 2 is not followed" },
		{ "trust-anchors {\n . initial-ds 4660 13 2 \"" DIGEST "\";\n};\n", "" },
		{ "<?xml version=\"1.0\"?><TrustAnchor id=\"x\"><Zone>.</Zone></TrustAnchor>",
			"" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_true(rows[i].text, !parse(rows[i].text));
		const char *end = why + strlen(why) - strlen(rows[i].why);
		if (why[0] == '\0' || end < why || strcmp(end, rows[i].why) != 0) {
			fail_msg("'%s': %s", rows[i].text, why);
		}
	}
}

static void one_that_is_of_use_is_enough(void **state)
{
	(void)state;
	assert_true(parse(". IN DS 1 99 2 00\n. IN DS " DS "\n. IN DS 4660 13 99 " DIGEST
			  "\n"));
	assert_int_equal(told.count, 1);
	assert_string_equal(told.first, PASSED);
	assert_true(parse(". IN DS " DS "\n. IN DNSKEY 257 3 15 " KEY "\n"));
	assert_int_equal(told.count, 2);
	/* Those of other names are passed on, too. */
	assert_true(parse("$ORIGIN example.\na\tIN DS " DS "\n. IN DS " DS "\n"));
	assert_int_equal(told.count, 2);
	assert_memory_equal(told.first, "a.example. IN TYPE43", 20);
}

/* RFC 5011 2.1 and 4.2: such a file is no accident, and what it takes back must not go on to
 * count. */
static void a_file_may_say_that_the_root_s_key_is_revoked(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum root_key_file worth;
	} rows[] = {
		{ ". IN DNSKEY 385 3 15 " KEY, ROOT_KEY_REVOKED },
		{ ". IN DNSKEY 257 3 15 " KEY " ;;state=4 [ REVOKED ]", ROOT_KEY_REVOKED },
		{ ". IN DNSKEY 257 3 15 " KEY " ;;state=5 [ REMOVED ]", ROOT_KEY_REVOKED },
		{ ". IN DNSKEY 385 3 15 " KEY " ;;state=4 [ REVOKED ]\n"
		  ". IN DNSKEY 257 3 15 " KEY " ;;state=1 [ ADDPEND ]",
			ROOT_KEY_REVOKED },
		{ ". IN DNSKEY 385 3 15 " KEY " ;;state=4 [ REVOKED ]\n. IN DS " DS,
			ROOT_KEY_USABLE },
		{ ". IN DNSKEY 257 3 15 " KEY " ;;state=0 [ START ]", ROOT_KEY_UNUSABLE },
		{ ". IN DNSKEY 257 3 15 " KEY " ;;state=1 [ ADDPEND ]", ROOT_KEY_UNUSABLE },
		{ ". IN DNSKEY 1 3 15 " KEY, ROOT_KEY_UNUSABLE },
		{ "a. IN DNSKEY 385 3 15 " KEY, ROOT_KEY_UNUSABLE },
		{ "", ROOT_KEY_UNUSABLE },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		(void)parse(rows[i].text);
		if (worth != rows[i].worth) {
			fail_msg("'%s': %d", rows[i].text, worth);
		}
	}
}

static void one_that_libunbound_does_not_take_is_none(void **state)
{
	(void)state;
	told.refuses = true;
	bool found = parse(". IN DS " DS);
	told.refuses = false;
	assert_false(found);
	assert_non_null(strstr(why, "libunbound rejects it"));
}

static void write_file(const char *text, size_t size)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void files_are_named(void **state)
{
	(void)state;
	assert_false(root_key_read("/tmp/dance-no-such-file", on_anchor, on_kept, &told,
		why));
	assert_string_equal(why,
		"trust anchor /tmp/dance-no-such-file: No such file or directory");
	write_file("x", 1);
	assert_false(root_key_read(path, on_anchor, on_kept, &told, why));
	assert_non_null(strstr(why, path));
	assert_non_null(strstr(why, ": no DS or DNSKEY record of the root"));
	assert_false(root_key_read("/", on_anchor, on_kept, &told, why));
	assert_non_null(strstr(why, "directory"));

	static char large[ROOT_KEY_FILE_MAX + 1];
	memset(large, '\n', sizeof(large));
	memcpy(large, ". IN DS " DS, strlen(". IN DS " DS));
	write_file(large, ROOT_KEY_FILE_MAX);
	assert_true(root_key_read(path, on_anchor, on_kept, &told, why));
	write_file(large, sizeof(large));
	assert_false(root_key_read(path, on_anchor, on_kept, &told, why));
	assert_non_null(strstr(why, "it is larger than 65536 octets"));

	/* Of both, the path and the reason, so much is told. */
	char long_path[256] = "/tmp/dance-", expected[DANCE_ERROR_SIZE];
	memset(long_path + strlen(long_path), 'w', 200);
	FILE *file = fopen(long_path, "w");
	assert_non_null(file);
	for (unsigned line = 1; line < 10000; line++) {
		fputc('\n', file);
	}
	fputs(". IN DNSKEY 257 3 15 WlpaWlpaWlpaWlpa", file);
	assert_int_equal(fclose(file), 0);
	assert_false(root_key_read(long_path, on_anchor, on_kept, &told, why));
	assert_int_equal(unlink(long_path), 0);
	snprintf(expected, sizeof(expected), "trust anchor %.120s: %.120s", long_path,
		"no usable key of the root; the DNSKEY record in line 10000 cannot be used: its "
		"key has the wrong length for its algorithm");
	assert_string_equal(why, expected);
	assert_int_equal(strlen(why), DANCE_ERROR_SIZE - 1);
}

/* RFC 5011 4.2: a key that is new is not trusted yet, and one that is missing still is. */
static void what_its_keeper_calls_new_or_missing_is_told_of(void **state)
{
	(void)state;
	static const struct {
		const char *state;
		unsigned trusted, kept;
	} rows[] = {
		{ "", 1, 0 },
		{ " ;;state=", 1, 0 },
		{ ";;state=2", 1, 0 },
		{ ";;state=9", 0, 0 },
		{ " ;;state=0 [ START ]", 0, 0 },
		{ " ;;state=1 [ ADDPEND ]", 0, 1 },
		{ " ;;state=2 [ VALID ]", 1, 0 },
		{ " ;;state=3 [ MISSING ]", 1, 1 },
		{ " ;;state=4 [ REVOKED ]", 0, 0 },
		{ " ;;state=5 [ REMOVED ]", 0, 0 },
	};
	char text[256];
	for (size_t i = 0; i < ROWS(rows); i++) {
		snprintf(text, sizeof(text), ". IN DNSKEY 257 3 15 " KEY "%s\n",
			rows[i].state);
		(void)parse(text);
		if (told.count != rows[i].trusted || told.kept != rows[i].kept) {
			fail_msg("'%s': %u trusted, %u kept", rows[i].state, told.count,
				told.kept);
		}
		if (told.kept != 0) {
			assert_string_equal(told.last_kept, PASSED_KEY);
		}
	}
	(void)parse(". IN DNSKEY 385 3 15 " KEY " ;;state=1 [ ADDPEND ]\n");
	assert_int_equal(told.kept, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_unbound_reads_is_read),
		cmocka_unit_test(without_one_of_the_root_nothing_would_be_validated),
		cmocka_unit_test(one_that_is_of_use_is_enough),
		cmocka_unit_test(a_file_may_say_that_the_root_s_key_is_revoked),
		cmocka_unit_test(one_that_libunbound_does_not_take_is_none),
		cmocka_unit_test(what_its_keeper_calls_new_or_missing_is_told_of),
		cmocka_unit_test(files_are_named),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
