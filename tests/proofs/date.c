/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a date is taken exactly if it is a UTCTime or a GeneralizedTime of RFC 5280 4.1.2.5.1 and
 *   4.1.2.5.2: digits, seconds and a Z, of a day of its month and a time of the day; a UTCTime is
 *   of 1950 to 2049; its seconds are those of its days since 1970 and its time, 99991231235959Z
 *   is no end, and digits are the number that they say; nothing outside is read.
 * Sources: none
 * Contracts: der_next() gives any value; days_in() and days_since_1970() give any answer, and so
 *   does take_digits() on what it is proved to take.
 * Assumes: at most 16 octets, one more than a date has; less than 16 days, which are only
 *   multiplied.
 * Unwind: 18
 * Edit: src/date.c 's/^(static (bool|int|int64_t)
 *   (take_digits|days_in|days_since_1970))(\(.*\))$/\1\4;static inline \2 \3_itself\4/'
 * Limit: 60 s */

#include "der.h"

#define der_next any_value
static bool any_value(struct dance_octets *values, unsigned char *tag,
	struct dance_octets *content);

#include "../src/date.c"

#include "proof.h"

#define SIZE 16

/* What is read lies at its end: an octet too many is out of bounds. */
static unsigned char octets[SIZE];
static size_t size;
static unsigned char tag;
static bool is_value;

/* What the digits at each place say. */
static bool is_number[SIZE];
static uint16_t numbers[SIZE];

/* The date. */
static int year, month, day, month_days;
static int64_t days;

static bool any_value(struct dance_octets *values, unsigned char *found,
	struct dance_octets *content)
{
	*found = tag;
	*content = (struct dance_octets){ octets + (SIZE - size), size };
	return is_value;
}

static bool take_digits(const unsigned char **at, int count, int *number)
{
	size_t place = (size_t)(*at - octets);
	must(count >= 0 && place + (size_t)count <= SIZE, "digits are read where they are");
	*number = numbers[place];
	*at += count;
	return is_number[place];
}

static int days_in(int of_year, int of_month)
{
	must(of_year == year && of_month == month, "the days of this month");
	return month_days;
}

static int64_t days_since_1970(int of_year, int of_month, int of_day)
{
	must(of_year == year && of_month == month && of_day == day, "the days to this one");
	return days;
}

/* Is all of it as it must be, from the year on? */
static bool is_time(size_t place, int64_t *seconds)
{
	int part[5];
	bool is = octets[SIZE - 1] == 'Z';
	for (size_t i = 0; i < 5; i++) {
		is = is && is_number[place + 2 * i];
		part[i] = numbers[place + 2 * i];
	}
	month = part[0];
	day = part[1];
	*seconds = ((days * 24 + part[2]) * 60 + part[3]) * 60 + part[4];
	return is && month >= 1 && month <= 12 && day >= 1 && day <= month_days &&
		part[2] < 24 && part[3] < 60 && part[4] < 60;
}

static bool is_date(int64_t *seconds)
{
	static const char no_end[] = "99991231235959Z";
	size_t place = SIZE - size;
	bool utc = tag == 0x17 && size == 13, generalized = tag == 0x18 && size == 15;
	if (!is_value || (!utc && !generalized) || !is_number[place]) {
		return false;
	}
	year = numbers[place];
	if (utc) {
		year += year >= 50 ? 1900 : 2000;
		return is_time(place + 2, seconds);
	}
	bool last = true;
	for (size_t i = 0; i < 15; i++) {
		last = last && octets[place + i] == (unsigned char)no_end[i];
	}
	bool is = is_time(place + 4, seconds);
	*seconds = last ? INT64_MAX : *seconds;
	return last || is;
}

static bool judge(size_t of_size)
{
	struct dance_octets values = { octets, 1 };
	int64_t seconds, expected;
	size = of_size;
	bool is = is_date(&expected), taken = date_take(&values, &seconds);
	must(taken == is, "it is a date");
	must(!taken || seconds == expected, "its seconds");
	return taken;
}

static void judge_digits(void)
{
	const unsigned char *at = octets;
	int number;
	bool digits = true;
	for (size_t i = 0; i < 4; i++) {
		digits = digits && octets[i] >= '0' && octets[i] <= '9';
	}
	must(take_digits_itself(&at, 4, &number) == digits, "they are digits");
	must(!digits ||
			(at == octets + 4 &&
				number ==
					(octets[0] - '0') * 1000 + (octets[1] - '0') * 100 +
						(octets[2] - '0') * 10 + octets[3] - '0'),
		"they are this number");
}

void harness(void)
{
	any_octets(octets);
	any_octets(is_number);
	any_octets(numbers);
	for (size_t i = 0; i < SIZE; i++) {
		assume(numbers[i] <= 9999);
	}
	tag = nondet_uint8();
	is_value = nondet_bool();
	month_days = 28 + (int)any_size(3);
	days = (int64_t)any_size(15);

	/* Each size on its own: then all places are known. */
	size_t any = any_size(SIZE);
	bool taken = false;
	for (size_t i = 0; i <= SIZE; i++) {
		if (any == i) {
			taken = judge(i);
		}
	}
	judge_digits();
	assume(taken);
	end_of_proof();
}
