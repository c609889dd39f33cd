/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a stream rests on (stream_permit.h): whether a reload or another decision leaves it as it
 * is, one changed thing at a time, until when, and when it is judged again. */

#include "address.h"
#include "check.h"
#include "stream_permit.h"
#include "watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NOW_MS 5000       /* by the clock of deadlines */
#define NOW_AWAKE 1000000 /* by the one that counts sleep */
#define EXPIRES (NOW_AWAKE + 60000)
#define MAX_STALE_S 7
#define DELAY 4321
#define CHANCE 0x1234

static bool no_memory, no_chance;

static uint64_t awake = NOW_AWAKE;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	const uint64_t ms = clock == CLOCK_MONOTONIC ? NOW_MS : awake;
	*now = (struct timespec){ (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	return 0;
}

int __wrap_getentropy(void *octets, size_t size);
int __wrap_getentropy(void *octets, size_t size)
{
	const uint16_t chance = CHANCE;
	assert_int_equal(size, sizeof(chance));
	if (!no_chance) {
		memcpy(octets, &chance, sizeof(chance));
	}
	return no_chance ? -1 : 0;
}

static enum dance_verdict asked_of;

uint64_t __wrap_recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance);
uint64_t __wrap_recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance)
{
	assert_int_equal(recheck->expires, EXPIRES);
	assert_int_equal(max_stale_s, MAX_STALE_S);
	assert_int_equal(now, NOW_AWAKE);
	assert_int_equal(chance, no_chance ? 0 : CHANCE);
	asked_of = verdict;
	return DELAY;
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return no_memory ? NULL : __real_strdup(text);
}

static struct dance_result allow_of(const char *name, const char *entry)
{
	struct dance_result result = {
		.size = sizeof(result), .verdict = DANCE_ALLOW, .ttl = 60
	};
	strcpy(result.name, name);
	strcpy(result.entry, entry);
	return result;
}

static struct stream_permit permit;

static int end(void **state)
{
	(void)state;
	no_memory = no_chance = false;
	awake = NOW_AWAKE;
	stream_permit_clear(&permit);
	assert_null(permit.name);
	assert_null(permit.entry);
	return 0;
}

static void what_is_granted_is_kept(void **state)
{
	(void)state;
	struct dance_result result = allow_of("x.a.example", "*.a.example");
	assert_true(stream_permit_grant(&permit, &result));
	assert_string_equal(permit.name, "x.a.example");
	assert_string_equal(permit.entry, "*.a.example");
	assert_int_equal(permit.recheck.expires, EXPIRES);
	const char *name = permit.name;
	no_memory = true; /* none is needed where nothing is new */
	assert_true(stream_permit_grant(&permit, &result));
	assert_ptr_equal(permit.name, name);
	no_memory = false;
	result = allow_of("y.a.example", "");
	assert_true(stream_permit_grant(&permit, &result));
	assert_string_equal(permit.name, "y.a.example");
	assert_string_equal(permit.entry, "y.a.example");
}

static void without_memory_nothing_is_granted(void **state)
{
	(void)state;
	struct dance_result result = allow_of("x.a.example", "*.a.example");
	no_memory = true;
	assert_false(stream_permit_grant(&permit, &result));
	assert_int_equal(permit.recheck.expires, 0);
	no_memory = false;
	assert_true(stream_permit_grant(&permit, &result));
	strcpy(result.entry, "*.example");
	no_memory = true;
	assert_false(stream_permit_grant(&permit, &result));
}

/* A front with one identity. */
struct side {
	struct conf_front conf;
	struct conf_identity identity;
	struct front front;
};

static void make(struct side *side, char *name)
{
	bool has_port;
	const struct conf_identity *identities[] = { &side->identity };
	memset(side, 0, sizeof(*side));
	side->identity.name = name;
	assert_true(address_read(&side->identity.address, "192.0.2.1", 0, &has_port));
	side->conf.mode = CONF_MODE_STREAM;
	side->conf.proxy = CONF_PROXY_TLS;
	side->conf.server.socket.ss_family = AF_INET;
	side->front.conf = &side->conf;
	side->front.identities = identity_map_new(identities, 1);
	assert_non_null(side->front.identities);
}

static void change_nothing(struct side *now)
{
	(void)now;
}

static void change_mode(struct side *now)
{
	now->conf.mode = CONF_MODE_DNS;
}

static void change_proxy(struct side *now)
{
	now->conf.proxy = CONF_PROXY_OFF;
}

static void change_source(struct side *now)
{
	now->conf.source_identity = !now->conf.source_identity;
}

static void change_server(struct side *now)
{
	((struct sockaddr_in *)&now->conf.server.socket)->sin_port = 1;
}

static void change_address(struct side *now)
{
	bool has_port;
	assert_true(address_read(&now->identity.address, "192.0.2.2", 0, &has_port));
}

static const struct {
	const char *row;
	void (*change)(struct side *now);
	bool same[2]; /* also if the identity's address is the source */
} changes[] = {
	{ "nothing", change_nothing, { true, true } },
	{ "mode", change_mode, { false, false } },
	{ "proxy", change_proxy, { false, false } },
	{ "source", change_source, { false, false } },
	{ "server", change_server, { false, false } },
	{ "address", change_address, { true, false } },
};

static void a_reload_keeps_what_is_the_same(void **state)
{
	(void)state;
	static char name[] = "*.a.example";
	struct dance_result result = allow_of("x.a.example", "*.a.example");
	assert_true(stream_permit_grant(&permit, &result));
	for (size_t i = 0; i < ROWS(changes); i++) {
		for (unsigned source = 0; source < 2; source++) {
			struct side before, now;
			make(&before, name);
			make(&now, name);
			before.conf.source_identity = now.conf.source_identity = source;
			changes[i].change(&now);
			check_true(changes[i].row,
				stream_permit_is_same(&permit, &result, &before.front,
					&now.front) == changes[i].same[source]);
			identity_map_free(before.front.identities);
			identity_map_free(now.front.identities);
		}
	}
}

static void another_decision_may_be_of_somebody_else(void **state)
{
	(void)state;
	static char name[] = "*.a.example", other[] = "*.b.example";
	struct side before, now, elsewhere;
	struct dance_result result = allow_of("x.a.example", "*.a.example");
	assert_true(stream_permit_grant(&permit, &result));
	make(&before, name);
	make(&now, name);
	make(&elsewhere, other);
	before.conf.source_identity = now.conf.source_identity = true;
	elsewhere.conf.source_identity = true;
	assert_false(stream_permit_is_same(&permit, &result, &before.front, NULL));
	assert_false(stream_permit_is_same(&permit, &result, &before.front,
		&elsewhere.front));
	/* What it was before is not in the configuration of before: nobody knows its address. */
	assert_false(stream_permit_is_same(&permit, &result, &elsewhere.front, &now.front));
	strcpy(result.name, "y.a.example");
	assert_false(stream_permit_is_same(&permit, &result, &before.front, &now.front));
	result.verdict = DANCE_FAIL_TIMEOUT; /* of nobody: the permit counts */
	assert_true(stream_permit_is_same(&permit, &result, &before.front, &now.front));
	result = allow_of("x.a.example", "");
	assert_true(stream_permit_is_same(&permit, &result, &before.front, &now.front));
	result = allow_of("x.a.example", "*.b.example");
	assert_false(stream_permit_is_same(&permit, &result, &before.front, &now.front));
	identity_map_free(before.front.identities);
	identity_map_free(now.front.identities);
	identity_map_free(elsewhere.front.identities);
}

/* Without rechecks, a failure has nothing but a pause before the next try. */
static void when_it_is_judged_again(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		bool recheck;
		enum dance_verdict verdict;
		int64_t at;
	} rows[] = {
		{ "allowed", true, DANCE_ALLOW, NOW_MS + DELAY },
		{ "failed", true, DANCE_FAIL_TIMEOUT, NOW_MS + DELAY },
		{ "allowed, off", false, DANCE_ALLOW, WATCH_NEVER },
		{ "failed, off", false, DANCE_FAIL_TIMEOUT, NOW_MS + RECHECK_RETRY_MS },
	};
	const struct conf conf = { .common = { .max_stale_s = MAX_STALE_S } };
	struct dance_result result = allow_of("x.a.example", "*.a.example");
	assert_true(stream_permit_grant(&permit, &result));
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct conf_front front = { .recheck = rows[i].recheck };
		no_chance = i % 2 != 0; /* all at once then, which is worse and right */
		check_true(rows[i].row,
			stream_permit_check_at(&permit, rows[i].verdict, &conf, &front) ==
				rows[i].at);
		check_row(rows[i].row, asked_of, rows[i].verdict);
	}
}

/* An answer that is wrong counts at once, and others when `max-stale` is over, too. */
static void what_it_takes(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		bool recheck;
		enum dance_verdict verdict;
		uint64_t awake;
		bool holds;
	} rows[] = {
		{ "allowed", true, DANCE_ALLOW, EXPIRES + 100000, true },
		{ "failed", true, DANCE_FAIL_TIMEOUT, EXPIRES + 6999, true },
		{ "failed for long", true, DANCE_FAIL_TIMEOUT, EXPIRES + 7000, false },
		{ "bogus", true, DANCE_FAIL_BOGUS, EXPIRES - 1, true },
		{ "bogus for long", true, DANCE_FAIL_BOGUS, EXPIRES, false },
		{ "denied", true, DANCE_DENY_MISMATCH, NOW_AWAKE, false },
		{ "allowed, off", false, DANCE_ALLOW, EXPIRES + 100000, true },
		{ "failed for long, off", false, DANCE_FAIL_TIMEOUT, EXPIRES + 100000,
			true },
		{ "denied, off", false, DANCE_DENY_MISMATCH, NOW_AWAKE, false },
	};
	const struct conf conf = { .common = { .max_stale_s = MAX_STALE_S } };
	struct dance_result result = allow_of("x.a.example", "*.a.example");
	assert_true(stream_permit_grant(&permit, &result));
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct conf_front front = { .recheck = rows[i].recheck };
		awake = rows[i].awake;
		check_true(rows[i].row,
			stream_permit_holds(&permit, rows[i].verdict, &conf, &front) ==
				rows[i].holds);
	}
}

#define ONE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_is_granted_is_kept),
		ONE(without_memory_nothing_is_granted),
		ONE(a_reload_keeps_what_is_the_same),
		ONE(another_decision_may_be_of_somebody_else),
		ONE(when_it_is_judged_again),
		ONE(what_it_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
