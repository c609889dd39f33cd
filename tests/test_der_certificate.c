/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The way to the SPKI: in certificates that a library wrote, in some that none would, and
 * in whatever a hostile peer may send. Buffers are as large as what is in them, so that
 * valgrind and AddressSanitizer see a step too far. */

#include "check.h"
#include "copy.h"
#include "der_certificate.h"
#include "der_writer.h"
#include "make_certificate.h"

#include <string.h>

static struct dance_octets octets_of(const struct der *der)
{
	return (struct dance_octets){ der->octets, der->size };
}

static bool is_certificate(const unsigned char *data, size_t size)
{
	struct dance_octets copy = copy_of(data, size), spki = { NULL, 0 };
	bool found = der_certificate_spki(copy, &spki);
	if (found) {
		/* Inside, and not empty. */
		assert_true(spki.data > copy.data && spki.size > 0 &&
			spki.data + spki.size <= copy.data + copy.size);
	}
	free_copy(copy);
	return found;
}

static bool is_spki(const unsigned char *data, size_t size)
{
	struct dance_octets copy = copy_of(data, size);
	bool result = der_is_spki(copy);
	free_copy(copy);
	return result;
}

/* SEQUENCE { SEQUENCE { filler }, BIT STRING filler } */
static void write_spki(struct der *to, size_t filler)
{
	unsigned char octets[1000];
	struct der algorithm = { 0 }, spki = { 0 };
	memset(octets, 0x55, sizeof(octets));
	der_put(&algorithm, 0x06, "\x2a\x03", 2);
	der_wrap(&spki, DER_SEQUENCE, &algorithm);
	der_put(&spki, DER_BIT_STRING, octets, filler);
	der_wrap(to, DER_SEQUENCE, &spki);
}

/* What stands in a TBSCertificate before the SPKI (RFC 5280 4.1), by the order of their
 * values. `skip` leaves one of them out, `odd` gives one a tag that is not its own. */
static const unsigned char before_spki[] = { DER_TBS_VERSION, DER_INTEGER, DER_SEQUENCE,
	DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE };

static void write_certificate(struct der *to, int skip, int odd, const char *tail)
{
	struct der tbs = { 0 }, body = { 0 };
	for (int i = 0; i < (int)sizeof(before_spki); i++) {
		if (i != skip) {
			der_put(&tbs, i == odd ? 0x04 : before_spki[i], "\x01", i % 2);
		}
	}
	if (skip != 6) {
		write_spki(&tbs, 33);
	}
	der_append(&tbs, "\xa3\x00", 2); /* extensions, not looked at */
	der_wrap(&body, odd == 7 ? 0x31 : DER_SEQUENCE, &tbs);
	if (skip != 8) {
		der_put(&body, odd == 8 ? 0x31 : DER_SEQUENCE, "", 0);
	}
	if (skip != 9) {
		der_put(&body, odd == 9 ? 0x04 : DER_BIT_STRING, "\0\1", 2);
	}
	der_append(&body, tail, strlen(tail));
	der_wrap(to, odd == 10 ? 0x31 : DER_SEQUENCE, &body);
}

static void the_slice_is_the_octets_of_the_key(void **state)
{
	(void)state;
	static const struct wish wishes[] = {
		{ .key = KEY_ED25519, .common_name = "a" },
		{ .key = KEY_P256 },
		{ .key = KEY_RSA, .common_name = "b" },
		{ .key = KEY_RSA_PSS, .expired = true },
	};
	for (size_t i = 0; i < ROWS(wishes); i++) {
		struct credential made;
		struct dance_octets spki;
		make_certificate(&made, &wishes[i]);
		assert_true(der_certificate_spki(made.whole[TLSA_CERTIFICATE], &spki));
		assert_true(spki.data > made.octets[TLSA_CERTIFICATE] &&
			spki.data < made.octets[TLSA_CERTIFICATE] +
					made.whole[TLSA_CERTIFICATE].size);
		assert_int_equal(spki.size, made.whole[TLSA_SPKI].size);
		assert_memory_equal(spki.data, made.octets[TLSA_SPKI], spki.size);
		assert_true(der_is_spki(made.whole[TLSA_SPKI]));
		assert_false(der_is_spki(made.whole[TLSA_CERTIFICATE]));
		clear_certificate(&made);
	}
}

static void what_no_library_writes_is_cut_all_the_same(void **state)
{
	(void)state;
	for (size_t filler = 0; filler < 400; filler += 13) {
		struct der spki = { 0 }, tbs = { 0 }, body = { 0 }, whole = { 0 };
		struct dance_octets found;
		write_spki(&spki, filler);
		assert_true(der_is_spki(octets_of(&spki)));
		for (size_t i = 1; i < sizeof(before_spki); i++) { /* version 1 */
			der_put(&tbs, before_spki[i], "", 0);
		}
		der_append(&tbs, spki.octets, spki.size);
		der_wrap(&body, DER_SEQUENCE, &tbs);
		der_put(&body, DER_SEQUENCE, "", 0);
		der_put(&body, DER_BIT_STRING, "", 0);
		der_wrap(&whole, DER_SEQUENCE, &body);
		assert_true(der_certificate_spki(octets_of(&whole), &found));
		assert_int_equal(found.size, spki.size);
		assert_memory_equal(found.data, spki.octets, spki.size);
		der_clear(&whole);
		der_clear(&spki);
	}
}

static void every_part_must_be_there_with_its_tag(void **state)
{
	(void)state;
	for (int part = -1; part <= 10; part++) {
		struct der without = { 0 }, odd = { 0 };
		write_certificate(&without, part, -1, "");
		write_certificate(&odd, -1, part, "");
		/* Without version is version 1; part 7 and 10 cannot be left out; the odd
		 * part 6 would be the SPKI, which has a test of its own. */
		bool whole = part <= 0 || part == 7 || part == 10;
		if (is_certificate(without.octets, without.size) != whole) {
			fail_msg("without part %d", part);
		}
		if (is_certificate(odd.octets, odd.size) != (part < 0 || part == 6)) {
			fail_msg("with an odd part %d", part);
		}
		der_clear(&without);
		der_clear(&odd);
	}
}

static void nothing_may_follow(void **state)
{
	(void)state;
	struct der inside = { 0 }, behind = { 0 };
	write_certificate(&inside, -1, -1, "\x05");
	assert_false(is_certificate(inside.octets, inside.size));
	write_certificate(&behind, -1, -1, "");
	assert_true(is_certificate(behind.octets, behind.size));
	der_append(&behind, "\0", 1);
	assert_false(is_certificate(behind.octets, behind.size));
	der_clear(&inside);
	der_clear(&behind);
}

/* Cut anywhere, it is neither read past its end nor taken for whole. */
static void no_beginning_is_a_whole(void **state)
{
	(void)state;
	struct credential made;
	make_certificate(&made, &(struct wish){ .key = KEY_P256, .common_name = "cut" });
	const struct dance_octets *whole = made.whole;
	for (size_t size = 0; size < whole[TLSA_CERTIFICATE].size; size++) {
		assert_false(is_certificate(whole[TLSA_CERTIFICATE].data, size));
	}
	for (size_t size = 0; size < whole[TLSA_SPKI].size; size++) {
		assert_false(is_spki(whole[TLSA_SPKI].data, size));
	}
	clear_certificate(&made);
}

/* What a signature is about: the first of the three parts, as it stands. */
static void the_signed_part_is_found(void **state)
{
	(void)state;
	struct der certificate = { 0 }, tbs = { 0 }, whole = { 0 };
	struct dance_octets found;
	der_put(&tbs, DER_SEQUENCE, "whatever", 8);
	der_append(&certificate, tbs.octets, tbs.size);
	der_append(&certificate, "\x30\0\x03\0", 4);
	der_wrap(&whole, DER_SEQUENCE, &certificate);
	assert_true(der_certificate_tbs(octets_of(&whole), &found));
	assert_int_equal(found.size, tbs.size);
	assert_memory_equal(found.data, tbs.octets, tbs.size);
	for (size_t size = 0; size < whole.size; size++) {
		struct dance_octets copy = copy_of(whole.octets, size);
		assert_false(der_certificate_tbs(copy, &found));
		free_copy(copy);
	}
	der_append(&whole, "\0", 1);
	assert_false(der_certificate_tbs(octets_of(&whole), &found));
	der_clear(&whole);
	der_clear(&tbs);
}

/* Any octet may be any other: whatever comes of it stays within bounds. */
static void no_octet_leads_out_of_bounds(void **state)
{
	(void)state;
	static const unsigned char values[] = { 0x00, 0x01, 0x02, 0x30, 0x7f, 0x80, 0x81,
		0x82, 0x84, 0x85, 0x88, 0xff };
	struct credential made;
	make_certificate(&made, &(struct wish){ .key = KEY_ED25519 });
	struct dance_octets whole = made.whole[TLSA_CERTIFICATE];
	for (size_t at = 0; at < whole.size; at++) {
		unsigned char *octet = &made.octets[TLSA_CERTIFICATE][at], before = *octet;
		for (size_t i = 0; i < sizeof(values); i++) {
			*octet = values[i];
			(void)is_certificate(whole.data, whole.size);
			(void)is_spki(whole.data, whole.size);
		}
		*octet = before;
	}
	clear_certificate(&made);
}

#define LENGTH(literal, is_right) { literal, sizeof(literal) - 1, is_right }

/* X.690 10.1: definite and minimal. The algorithm's length is written in all ways. */
static void lengths_are_definite_and_minimal(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t size;
		bool is_right;
	} lengths[] = {
		LENGTH("\x04", true),
		LENGTH("\x81\x04", false),
		LENGTH("\x82\x00\x04", false),
		LENGTH("\x84\x00\x00\x00\x04", false),
		LENGTH("\x85\x00\x00\x00\x00\x04", false),
		LENGTH("\x88\x00\x00\x00\x00\x00\x00\x00\x04", false),
		LENGTH("\x80", false),
		LENGTH("\xff", false),
		LENGTH("\x05", false),
		LENGTH("\x03", false),
		LENGTH("\x84\xff\xff\xff\xff", false),
		LENGTH("\x88\xff\xff\xff\xff\xff\xff\xff\xff", false),
	};
	for (size_t i = 0; i < ROWS(lengths); i++) {
		struct der content = { 0 }, spki = { 0 };
		der_append(&content, "\x30", 1);
		der_append(&content, lengths[i].octets, lengths[i].size);
		der_append(&content, "\x06\x02\x2a\x04", 4);
		der_put(&content, DER_BIT_STRING, "\0\1", 2);
		der_wrap(&spki, DER_SEQUENCE, &content);
		if (is_spki(spki.octets, spki.size) != lengths[i].is_right) {
			fail_msg("row %zu", i);
		}
		der_clear(&spki);
	}
}

/* A length of several octets, minimal and not. */
static void long_lengths_are_minimal_too(void **state)
{
	(void)state;
	for (size_t filler = 100; filler <= 300; filler += 100) {
		struct der spki = { 0 }, padded = { 0 };
		write_spki(&spki, filler);
		assert_true(is_spki(spki.octets, spki.size));
		size_t head = spki.octets[1] == 0x81 ? 3 : 4;
		const unsigned char longer[] = { 0x30, (unsigned char)(0x80 | (head - 1)),
			0 };
		der_append(&padded, longer, sizeof(longer));
		der_append(&padded, spki.octets + 2, spki.size - 2);
		assert_false(is_spki(padded.octets, padded.size));
		der_clear(&padded);
		der_clear(&spki);
	}
}

static void an_spki_holds_two_values_and_no_more(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		const char *content;
		size_t size;
		bool is_right;
	} rows[] = {
		{ "algorithm and key", "\x30\x00\x03\x00", 4, true },
		{ "empty", "", 0, false },
		{ "algorithm only", "\x30\x00", 2, false },
		{ "key only", "\x03\x00", 2, false },
		{ "key first", "\x03\x00\x30\x00", 4, false },
		{ "one more value", "\x30\x00\x03\x00\x05\x00", 6, false },
		{ "one more octet", "\x30\x00\x03\x00\x05", 5, false },
		{ "no bit string", "\x30\x00\x04\x00", 4, false },
		{ "algorithm no sequence", "\x31\x00\x03\x00", 4, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der spki = { 0 };
		der_put(&spki, DER_SEQUENCE, rows[i].content, rows[i].size);
		check_true(rows[i].row,
			is_spki(spki.octets, spki.size) == rows[i].is_right);
		der_append(&spki, "\0", 1);
		check_true(rows[i].row, !is_spki(spki.octets, spki.size));
		der_clear(&spki);
	}
	assert_false(is_spki(NULL, 0));
	assert_false(is_certificate(NULL, 0));
}

/* A certificate with this behind its SPKI. */
static bool find_extension(const char *behind, size_t size, struct dance_octets *value)
{
	static const struct dance_octets oid = { (const unsigned char *)"\x55\x1d\x11", 3 };
	static unsigned char copy[256];
	struct der tbs = { 0 }, body = { 0 }, whole = { 0 };
	der_append(&tbs, "\x02\0\x30\0\x30\0\x30\0\x30\0\x30\x04\x30\0\x03\0", 16);
	der_append(&tbs, behind, size);
	der_wrap(&body, DER_SEQUENCE, &tbs);
	der_append(&body, "\x30\0\x03\0", 4);
	der_wrap(&whole, DER_SEQUENCE, &body);
	assert_true(whole.size <= sizeof(copy));
	memcpy(copy, whole.octets, whole.size);
	bool found = der_certificate_extension((struct dance_octets){ copy, whole.size },
		oid, value);
	der_clear(&whole);
	return found;
}

#define WANTED \
	"\x30\x08\x06\x03\x55\x1d\x11\x04\x01" \
	"a"
#define CRITICAL \
	"\x30\x0b\x06\x03\x55\x1d\x11\x01\x01\xff\x04\x01" \
	"a"
#define OTHER \
	"\x30\x08\x06\x03\x55\x1d\x12\x04\x01" \
	"b"

static void an_extension_is_found_by_its_oid(void **state)
{
	(void)state;
	static const struct {
		const char *row, *behind;
		size_t size;
		bool well_formed, found;
	} rows[] = {
		{ "nothing", "", 0, true, false },
		{ "identifiers only", "\x81\x01\0\x82\x01\0", 6, true, false },
		{ "no extension", "\xa3\x02\x30\0", 4, true, false },
		{ "it alone", "\xa3\x0c\x30\x0a" WANTED, 14, true, true },
		{ "critical", "\xa3\x0f\x30\x0d" CRITICAL, 17, true, true },
		{ "behind identifiers", "\x81\x01\0\x82\x01\0\xa3\x0c\x30\x0a" WANTED, 20,
			true, true },
		{ "another", "\xa3\x0c\x30\x0a" OTHER, 14, true, false },
		{ "another first", "\xa3\x16\x30\x14" OTHER WANTED, 24, true, true },
		{ "another behind", "\xa3\x16\x30\x14" WANTED OTHER, 24, true, true },
		{ "twice", "\xa3\x16\x30\x14" WANTED WANTED, 24, false, false },
		{ "a longer oid",
			"\xa3\x0d\x30\x0b\x30\x09\x06\x04\x55\x1d\x11\x01\x04\x01"
			"a",
			15, true, false },
		{ "something behind", "\xa3\x0c\x30\x0a" WANTED "\x05\0", 16, false, false },
		{ "something inside", "\xa3\x0e\x30\x0a" WANTED "\x05\0", 16, false, false },
		{ "not tagged", "\x30\x0a" WANTED, 12, false, false },
		{ "cut", "\xa3\x0b\x30\x09\x30\x07\x06\x03\x55\x1d\x11\x04\x01", 13, false,
			false },
		{ "no value", "\xa3\x09\x30\x07\x30\x05\x06\x03\x55\x1d\x11", 11, false,
			false },
		{ "value of two",
			"\xa3\x0e\x30\x0c\x30\x0a\x06\x03\x55\x1d\x11\x04\x01"
			"a\x05\0",
			16, false, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_octets value;
		check_true(rows[i].row,
			find_extension(rows[i].behind, rows[i].size, &value) ==
				rows[i].well_formed);
		if (rows[i].well_formed) {
			check_true(rows[i].row, (value.data != NULL) == rows[i].found);
			check_true(rows[i].row, (value.size != 0) == rows[i].found);
		}
		if (rows[i].found) {
			check_true(rows[i].row, value.size == 1 && value.data[0] == 'a');
		}
	}
	/* In what is no certificate there is none, and none is missing. */
	const struct dance_octets oid = { (const unsigned char *)"\x55\x1d\x11", 3 };
	struct dance_octets value;
	assert_false(der_certificate_extension((struct dance_octets){ NULL, 0 }, oid,
		&value));
	assert_false(der_certificate_extension(oid, oid, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_slice_is_the_octets_of_the_key),
		cmocka_unit_test(what_no_library_writes_is_cut_all_the_same),
		cmocka_unit_test(every_part_must_be_there_with_its_tag),
		cmocka_unit_test(nothing_may_follow),
		cmocka_unit_test(no_beginning_is_a_whole),
		cmocka_unit_test(the_signed_part_is_found),
		cmocka_unit_test(no_octet_leads_out_of_bounds),
		cmocka_unit_test(lengths_are_definite_and_minimal),
		cmocka_unit_test(long_lengths_are_minimal_too),
		cmocka_unit_test(an_spki_holds_two_values_and_no_more),
		cmocka_unit_test(an_extension_is_found_by_its_oid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
