/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads dates as RFC 5280 has them, and no other of the forms that ASN.1 knows. */

#include "date.h"

#include <string.h>

#include "der.h"

/* So many decimal digits off the front. */
static bool take_digits(const unsigned char **at, int count, int *number)
{
	*number = 0;
	for (; count > 0; count--, ++*at) {
		if (**at < '0' || **at > '9') {
			return false;
		}
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970 to this day of the Gregorian calendar, which is applied to all years. */
static int64_t days_since_1970(int year, int month, int day)
{
	int64_t days = day - 1;
	for (int before = 1; before < month; before++) {
		days += days_in(year, before);
	}
	/* Leap days before this year, the year 0 among them. */
	int last = year - 1;
	int64_t leaps = year > 0 ? last / 4 - last / 100 + last / 400 + 1 : 0;
	return days + (int64_t)year * 365 + leaps - 719528;
}

/* MMDDHHMMSSZ, all that is left. */
static bool read_in_year(int year, const unsigned char *at, int64_t *seconds)
{
	int month, day, hour, minute, second;
	if (!take_digits(&at, 2, &month) || !take_digits(&at, 2, &day) ||
		!take_digits(&at, 2, &hour) || !take_digits(&at, 2, &minute) ||
		!take_digits(&at, 2, &second) || *at != 'Z') {
		return false;
	}
	if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
		minute > 59 || second > 59) {
		return false;
	}
	*seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 +
		second;
	return true;
}

#define REST_SIZE (sizeof("MMDDHHMMSSZ") - 1)

bool date_take(struct dance_octets *values, int64_t *seconds)
{
	static const char no_end[] = "99991231235959Z";
	struct dance_octets date;
	unsigned char tag;
	int year;
	if (!der_next(values, &tag, &date)) {
		return false;
	}
	const unsigned char *at = date.data;
	if (tag == DER_UTC_TIME) {
		if (date.size != 2 + REST_SIZE || !take_digits(&at, 2, &year)) {
			return false;
		}
		/* 4.1.2.5.1: from 1950 to 2049. */
		return read_in_year(year < 50 ? 2000 + year : 1900 + year, at, seconds);
	}
	if (tag != DER_GENERALIZED_TIME || date.size != 4 + REST_SIZE ||
		!take_digits(&at, 4, &year)) {
		return false;
	}
	if (memcmp(date.data, no_end, sizeof(no_end) - 1) == 0) {
		*seconds = DATE_NO_END;
		return true;
	}
	return read_in_year(year, at, seconds);
}
