/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is told beforehand, of findings that no DNS is needed to make up. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "forecast.h"

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */
#define DAY 86400

static struct ancestry above;
static struct forecast forecast;

static const struct forecast_basis fine = { .name = "a.example",
	.now = NOW,
	.end = NOW + 14 * DAY,
	.usable = 1,
	.ancestry = &above };

static void look_at(const struct forecast_basis *basis, bool roll)
{
	const struct forecast_wish wish = { .span = 3 * DAY, .roll = roll };
	forecast_make(&forecast, &wish, basis);
}

static void set_above(int64_t end, const char *name, const char *type)
{
	above = (struct ancestry){ .end = end, .type = type };
	strcpy(above.name, name);
}

static void test_what_is_well_is_not_told_of(void **state)
{
	(void)state;
	set_above(NOW + 13 * DAY, "example", "DS");
	look_at(&fine, false);
	assert_int_equal(forecast.count, 0);
	assert_int_equal(forecast.end, NOW + 13 * DAY);
	assert_string_equal(forecast.name, "example");
	assert_string_equal(forecast.type, "DS");
}

/* Whichever it is of: the records' own, or one of a zone above. */
static void test_the_first_signature_to_end_is_told_of(void **state)
{
	(void)state;
	static const struct {
		int64_t own, above;
		const char *told; /* NULL: nothing */
	} rows[] = {
		{ 3 * DAY, 3 * DAY, NULL },
		{ 3 * DAY - 1, 4 * DAY,
			"the signature of the TLSA records of a.example ends at "
			"2026-11-25T11:59:59Z: have that zone signed again" },
		{ 4 * DAY, 2 * DAY,
			"the signature of the DNSKEY records of . ends at "
			"2026-11-24T12:00:00Z: have that zone signed again" },
		{ 2 * DAY, 2 * DAY,
			"the signature of the TLSA records of a.example ends at "
			"2026-11-24T12:00:00Z: have that zone signed again" },
		{ 4 * DAY, -10,
			"the signature of the DNSKEY records of . ends at "
			"2026-11-22T11:59:50Z: have that zone signed again" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct forecast_basis basis = fine;
		basis.end = NOW + rows[i].own;
		set_above(NOW + rows[i].above, ".", "DNSKEY");
		look_at(&basis, false);
		assert_int_equal(forecast.count, rows[i].told != NULL);
		if (rows[i].told != NULL) {
			assert_string_equal(forecast.sentences[0], rows[i].told);
		}
	}
}

static void test_what_could_not_be_found_out_is_told_of(void **state)
{
	(void)state;
	struct forecast_basis basis = fine;
	set_above(0, "", NULL);
	above.unknown_type = "DS";
	strcpy(above.unknown, "example");
	look_at(&basis, false);
	assert_int_equal(forecast.count, 1);
	assert_string_equal(forecast.sentences[0],
		"the DS records of example could not be looked up");
	above.unknown_type = NULL;
	basis.end = 0;
	look_at(&basis, false);
	assert_int_equal(forecast.count, 1);
	assert_int_equal(forecast.end, 0);
}

/* One record is normal, unless a roll is due; two are, if one is. */
static void test_records_are_told_of_by_whether_a_roll_is_due(void **state)
{
	(void)state;
	static const struct {
		size_t usable, others;
		bool roll;
		const char *told; /* NULL: nothing */
	} rows[] = {
		{ 1, 0, false, NULL },
		{ 0, 0, true, NULL },
		{ 1, 0, true,
			"a roll of the key is due, and only one record is usable: publish the "
			"record of the next key" },
		{ 2, 1, true, NULL },
		{ 2, 1, false,
			"1 of 2 usable records do not match what was shown: withdraw them, unless "
			"the key is being rolled (--roll)" },
		{ 2, 0, false, NULL },
	};
	set_above(0, "", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct forecast_basis basis = fine;
		basis.usable = rows[i].usable;
		basis.others = rows[i].others;
		look_at(&basis, rows[i].roll);
		assert_int_equal(forecast.count, rows[i].told != NULL);
		if (rows[i].told != NULL) {
			assert_string_equal(forecast.sentences[0], rows[i].told);
		}
	}
}

static void test_the_trust_anchor_is_told_of(void **state)
{
	(void)state;
	struct forecast_basis basis = fine;
	set_above(0, "", NULL);
	struct ancestry ancestry = *fine.ancestry;
	strcpy(ancestry.aging, "the root has a key 1 that it lacks");
	basis.ancestry = &ancestry;
	basis.anchor = "/a/root.key";
	look_at(&basis, false);
	assert_int_equal(forecast.count, 1);
	assert_string_equal(forecast.sentences[0],
		"the trust anchor /a/root.key is aging (the root has a key 1 that it lacks): bring "
		"this file up to date, or the name may become bogus when the root's key is "
		"replaced");
}

/* Whatever can be told at once has room. */
static void test_all_is_told_of(void **state)
{
	(void)state;
	char name[DANCE_NAME_SIZE + 1];
	struct forecast_basis basis = fine;
	struct ancestry ancestry = {
		.end = NOW + 1, .type = "DNSKEY", .unknown_type = "DS"
	};
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	strcpy(ancestry.name, name);
	name[DANCE_NAME_SIZE - 1] = '\0';
	strcpy(ancestry.unknown, name);
	strcpy(ancestry.aging, "!");
	basis.ancestry = &ancestry;
	basis.anchor = "/root.key";
	basis.end = 0;
	basis.usable = 12;
	basis.others = 11;
	look_at(&basis, false);
	assert_int_equal(forecast.count, 5);
	assert_true(strlen(forecast.sentences[0]) > DANCE_NAME_SIZE);
	assert_non_null(strstr(forecast.sentences[0],
		" ends at 2026-11-22T12:00:01Z: have that zone signed again"));
	assert_string_equal(forecast.sentences[1],
		"it is not known when the signatures of the records end");
	assert_non_null(strstr(forecast.sentences[2], "n could not be looked up"));
	assert_string_equal(forecast.sentences[3],
		"11 of 12 usable records do not match what was shown: withdraw them, unless the "
		"key is being rolled (--roll)");
	assert_string_equal(forecast.sentences[4],
		"the trust anchor /root.key is aging (!): bring this file up to date, or the name "
		"may become bogus when the root's key is replaced");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_well_is_not_told_of),
		cmocka_unit_test(test_the_first_signature_to_end_is_told_of),
		cmocka_unit_test(test_what_could_not_be_found_out_is_told_of),
		cmocka_unit_test(test_records_are_told_of_by_whether_a_roll_is_due),
		cmocka_unit_test(test_the_trust_anchor_is_told_of),
		cmocka_unit_test(test_all_is_told_of),
	};
	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}
