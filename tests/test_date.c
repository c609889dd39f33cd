/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Dates in certificates: those that RFC 5280 4.1.2.5 has, and none else. */

#include "check.h"
#include "date.h"

#include <stdio.h>
#include <string.h>

#define UTC 0x17
#define GENERAL 0x18

/* What an impossible date is in the tables. */
#define NONE INT64_MIN

static const struct {
	unsigned char tag;
	const char *text;
	int64_t seconds;
} rows[] = {
	{ UTC, "700101000000Z", 0 },
	{ UTC, "691231235959Z", -1 },
	{ UTC, "500101000000Z", -631152000 }, /* 1950 */
	{ UTC, "491231235959Z", 2524607999 }, /* 2049 */
	{ UTC, "000229120000Z", 951825600 },
	{ UTC, "240229000000Z", 1709164800 },
	{ UTC, "230229000000Z", NONE },
	{ UTC, "231131000000Z", NONE },
	{ UTC, "231130235959Z", 1701388799 },
	{ UTC, "231301000000Z", NONE },
	{ UTC, "230001000000Z", NONE },
	{ UTC, "230100000000Z", NONE },
	{ UTC, "230132000000Z", NONE },
	{ UTC, "230101240000Z", NONE },
	{ UTC, "230101006000Z", NONE },
	{ UTC, "230101000060Z", NONE },
	{ UTC, "2301010000Z", NONE },
	{ UTC, "230101000000", NONE },
	{ UTC, "230101000000z", NONE },
	{ UTC, "230101000000+0000", NONE },
	{ UTC, "230101000000Z0", NONE },
	{ UTC, "23010100000 Z", NONE },
	{ UTC, "-30101000000Z", NONE },
	{ UTC, "2/0101000000Z", NONE },
	{ UTC, "2:0101000000Z", NONE },
	{ UTC, "23x101000000Z", NONE },
	{ UTC, "2301x1000000Z", NONE },
	{ UTC, "230101x00000Z", NONE },
	{ UTC, "23010100x000Z", NONE },
	{ UTC, "2301010000x0Z", NONE },
	{ UTC, "20230101000000Z", NONE },
	{ UTC, "2301010000Z0Z", NONE },
	{ UTC, "230001000000Z", NONE },
	{ UTC, "231301000000Z", NONE },
	{ UTC, "231232000000Z", NONE },
	{ UTC, "", NONE },
	{ GENERAL, "20500101000000Z", 2524608000 },
	{ GENERAL, "19700101000000Z", 0 }, /* 4.1.2.5: either form has to be understood */
	{ GENERAL, "21000228235959Z", 4107542399 },
	{ GENERAL, "21000229000000Z", NONE },
	{ GENERAL, "20000229000000Z", 951782400 },
	{ GENERAL, "00010101000000Z", -62135596800 },
	{ GENERAL, "00000101000000Z", -62167219200 },
	{ GENERAL, "99991231235958Z", 253402300798 },
	{ GENERAL, "99991231235959Z", DATE_NO_END },
	{ GENERAL, "2x500101000000Z", NONE },
	{ GENERAL, "20500101000000.5Z", NONE },
	{ GENERAL, "20500101000000", NONE },
	{ GENERAL, "205001010000Z", NONE },
	{ GENERAL, "20500101000000+0100", NONE },
	{ GENERAL, "500101000000Z", NONE },
	{ 0x04, "700101000000Z", NONE },
	{ 0x04, "20500101000000Z", NONE },
	{ GENERAL, "20500101000000ZZ", NONE },
	{ GENERAL, "99991231235959X", NONE },
};

static void only_dates_of_the_profile_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned char octets[64] = { rows[i].tag,
			(unsigned char)strlen(rows[i].text) };
		memcpy(octets + 2, rows[i].text, octets[1]);
		octets[2 + octets[1]] = 0x05; /* the next value */
		struct dance_octets values = { octets, 4u + octets[1] };
		int64_t seconds = NONE;
		bool taken = date_take(&values, &seconds);
		if (taken != (rows[i].seconds != NONE) ||
			(taken && seconds != rows[i].seconds)) {
			fail_msg("%s: %lld", rows[i].text, taken ? (long long)seconds : 0);
		}
		if (taken) {
			assert_ptr_equal(values.data, octets + 2 + octets[1]);
			assert_int_equal(values.size, 2);
		}
	}
}

static void nothing_is_no_date(void **state)
{
	(void)state;
	struct dance_octets values = { NULL, 0 };
	int64_t seconds;
	assert_false(date_take(&values, &seconds));
	values = (struct dance_octets){ (const unsigned char *)"\x17\x0d"
							       "230101000000",
		14 };
	assert_false(date_take(&values, &seconds)); /* one octet is missing */
}

static void put_digits(unsigned char *at, int number)
{
	for (int i = 7; i >= 0; i--, number /= 10) {
		at[i] = (unsigned char)('0' + number % 10);
	}
}

/* Every day of all years that can be written follows the one before, and no other is one. */
static void the_calendar_has_no_gaps(void **state)
{
	(void)state;
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t last = -62167219200 - 86400; /* the day before the year 0 */
	unsigned char octets[] = "\x18\x0fyyyymmdd000000Z";
	for (int year = 0; year < 10000; year++) {
		bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
		for (int month = 1; month <= 12; month++) {
			int days = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
			put_digits(octets + 2, year * 10000 + month * 100);
			for (int day = 0; day <= 32; day++) {
				struct dance_octets values = { octets, 17 };
				int64_t seconds;
				octets[8] = (unsigned char)('0' + day / 10);
				octets[9] = (unsigned char)('0' + day % 10);
				bool taken = date_take(&values, &seconds);
				assert_int_equal(taken, day >= 1 && day <= days);
				if (taken) {
					assert_int_equal(seconds, last + 86400);
					last = seconds;
				}
			}
		}
	}
	assert_int_equal(last, 253402214400); /* 9999-12-31 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_dates_of_the_profile_are_read),
		cmocka_unit_test(nothing_is_no_date),
		cmocka_unit_test(the_calendar_has_no_gaps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
