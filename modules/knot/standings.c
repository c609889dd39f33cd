/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Sums over the names of rosters. Does not know who asks for them, and keeps nothing. */

#include "standings.h"

static const char *const names[] = {
	[STANDING_NAMES] = "dance-names",
	[STANDING_USABLE] = "dance-names-usable",
	[STANDING_ABSENT] = "dance-names-absent",
	[STANDING_INSECURE] = "dance-names-insecure",
	[STANDING_BOGUS] = "dance-names-bogus",
	[STANDING_FAILED] = "dance-names-failed",
	[STANDING_RECORDS] = "dance-records-usable",
	[STANDING_EXPIRE] = "dance-records-expire-timestamp-seconds",
	[STANDING_SIGNATURES_END] = "dance-signatures-end-timestamp-seconds",
	[STANDING_FAILING_SINCE] = "dance-lookups-failing-since-timestamp-seconds",
	[STANDING_LAST_ALLOW] = "dance-last-allow-timestamp-seconds",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == STANDING_COUNT, "a name for each");

const char *standing_name(enum standing standing)
{
	return names[standing];
}

/* 0 is for none. */
static void keep_earlier(uint64_t *moment, int64_t other)
{
	if (other > 0 && (*moment == 0 || (uint64_t)other < *moment)) {
		*moment = (uint64_t)other;
	}
}

static void keep_later(uint64_t *moment, int64_t other)
{
	if (other > 0 && (uint64_t)other > *moment) {
		*moment = (uint64_t)other;
	}
}

/* Which of the names it is counted among. */
static enum standing standing_of(enum dance_verdict verdict)
{
	switch (verdict) {
	case DANCE_ALLOW:
		return STANDING_USABLE;
	case DANCE_DENY_INSECURE:
		return STANDING_INSECURE;
	case DANCE_FAIL_BOGUS:
		return STANDING_BOGUS;
	case DANCE_DENY_NO_TLSA:
	case DANCE_DENY_UNUSABLE:
	case DANCE_DENY_TRANSPORT:
	case DANCE_DENY_UNPROVEN:
	case DANCE_DENY_CREDENTIAL:
	case DANCE_DENY_NAME:
	case DANCE_DENY_MISMATCH:
	case DANCE_DENY_CHAIN:
		return STANDING_ABSENT;
	case DANCE_UNDECIDED:
	case DANCE_FAIL_LOOKUP:
	case DANCE_FAIL_TIMEOUT:
	case DANCE_FAIL_NOT_READY:
	case DANCE_FAIL_INTERNAL:
		break;
	}
	return STANDING_FAILED;
}

static void add_name(const struct dance_standing *name, void *arg)
{
	struct standings *sum = arg;
	uint64_t *values = sum->values;
	enum standing among = standing_of(name->verdict);
	values[STANDING_NAMES]++;
	values[among]++;
	if (among == STANDING_USABLE) {
		values[STANDING_RECORDS] += name->usable;
		keep_earlier(&values[STANDING_EXPIRE], name->expires);
	}
	keep_earlier(&values[STANDING_SIGNATURES_END], name->signatures_end);
	keep_earlier(&values[STANDING_FAILING_SINCE], name->failing_since);
}

void standings_add_roster(struct standings *sum, struct dance_roster *roster)
{
	if (roster != NULL) {
		dance_roster_standings(roster, add_name, sum);
	}
}

void standings_add_allow(struct standings *sum, int64_t time)
{
	keep_later(&sum->values[STANDING_LAST_ALLOW], time);
}

void standings_add(struct standings *sum, const struct standings *more)
{
	for (unsigned i = 0; i < STANDING_EXPIRE; i++) {
		sum->values[i] += more->values[i];
	}
	for (unsigned i = STANDING_EXPIRE; i < STANDING_LAST_ALLOW; i++) {
		keep_earlier(&sum->values[i], (int64_t)more->values[i]);
	}
	standings_add_allow(sum, (int64_t)more->values[STANDING_LAST_ALLOW]);
}
