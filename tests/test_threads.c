/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads that decide while what is known changes under them, rosters come and go, and
 * names are claimed: each result is right for some moment, and whole. DANCE_THREADS_MS says
 * for how long. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MS_DEFAULT 1000
#define THREADS 4

static const struct alternative_name names[] = { DNS("x.sub.example") };

/* The first two are published in turn, the third now and then, the last one never. */
static struct credential even, odd, claimer, nobody;

const struct fixture fixtures[] = {
	{ &even, { .key = KEY_P256 } },
	{ &odd, { .key = KEY_ED25519 } },
	{ &claimer, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ &nobody, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ NULL, { 0 } },
};

static atomic_bool stop;
static atomic_uint wrong, allowed, decided;

/* Is it a result that could be true at some time? */
static bool is_plausible(const struct credential *certificate, const char *name,
	const struct dance_result *result)
{
	if (!result->has_key ||
		memcmp(result->key_sha256, certificate->sha256[TLSA_SPKI], 32) != 0 ||
		result->has_record != (result->verdict == DANCE_ALLOW)) {
		return false;
	}
	if (result->verdict == DANCE_ALLOW) {
		return certificate != &nobody && strcmp(result->name, name) == 0 &&
			result->usage == 3 && result->selector == 1 &&
			result->matching == 1;
	}
	return result->verdict != DANCE_UNDECIDED && result->verdict != DANCE_FAIL_INTERNAL;
}

struct decider {
	pthread_t thread;
	struct dance_roster *roster;
	unsigned number;
};

static void *decide(void *arg)
{
	struct decider *decider = arg;
	static const struct {
		const struct credential *certificate;
		const char *client_id, *name;
	} peers[] = {
		{ &even, NULL, "a.example" },
		{ &odd, NULL, "a.example" },
		{ &odd, "a.example", "a.example" },
		{ &claimer, NULL, "x.sub.example" },
		{ &nobody, NULL, "" },
		{ &nobody, "a.example", "" },
	};
	for (unsigned i = decider->number; !atomic_load(&stop); i++) {
		struct dance_result result = { .size = sizeof(result) };
		size_t row = i % ROWS(peers);
		enum dance_verdict verdict = verify(decider->roster, peers[row].certificate,
			peers[row].client_id, &result);
		if (verdict != result.verdict ||
			!is_plausible(peers[row].certificate, peers[row].name, &result)) {
			char line[DANCE_LINE_SIZE];
			fprintf(stderr, "row %zu: %s\n", row,
				dance_result_line(&result, line, sizeof(line)));
			atomic_fetch_add(&wrong, 1);
		}
		atomic_fetch_add(&allowed, verdict == DANCE_ALLOW);
		atomic_fetch_add(&decided, 1);
	}
	return NULL;
}

/* Another answer for each name with each round. */
static void change(unsigned round)
{
	static const enum resolver_outcome outcomes[] = { RESOLVER_DENIED, RESOLVER_BOGUS,
		RESOLVER_FAILED, RESOLVER_INSECURE };
	publish("a.example", 6, round % 2 == 0 ? &even : &odd);
	if (round % 7 == 0) {
		answer("a.example", outcomes[round / 7 % ROWS(outcomes)], 6, "a change");
	}
	if (round % 3 == 0) {
		answer("x.sub.example", outcomes[round / 3 % ROWS(outcomes)], 6, NULL);
	} else {
		publish("x.sub.example", 6, &claimer);
	}
}

static unsigned how_long(void)
{
	const char *text = getenv("DANCE_THREADS_MS");
	return text != NULL ? (unsigned)strtoul(text, NULL, 10) : MS_DEFAULT;
}

static uint64_t real_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void results_are_right_while_all_changes(void **state)
{
	(void)state;
	struct decider deciders[THREADS];
	change(0);
	publish("b.example", 6, &odd);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	assert_non_null(roster);
	fake_clock_set_pace(1);
	atomic_store(&stop, false);
	for (unsigned i = 0; i < THREADS; i++) {
		deciders[i] = (struct decider){ .roster = roster, .number = i };
		assert_int_equal(pthread_create(&deciders[i].thread, NULL, decide,
					 &deciders[i]),
			0);
	}
	uint64_t until = real_ms() + how_long();
	for (unsigned round = 1; real_ms() < until || round < 30; round++) {
		change(round);
		fake_clock_advance(1000);
		fake_resolver_settle();
		/* A name comes to be shared, and is not any more. */
		struct dance_roster *other = roster_of(round % 2 == 0 ?
				"a.example b.example" :
				"x.sub.example a.example",
			NULL);
		dance_roster_free(other);
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(deciders[i].thread, NULL);
	}
	fake_clock_set_pace(0);
	dance_roster_free(roster);
	assert_int_equal(atomic_load(&wrong), 0);
	assert_true(atomic_load(&allowed) > 0);
	assert_true(atomic_load(&decided) > atomic_load(&allowed));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(results_are_right_while_all_changes),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
