/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A refusal is remembered for one connection and one roster, as long as libdance upholds it,
 * and whatever happens to it, nobody is let in by it. What libdance and GnuTLS say is made up
 * here. */

#include <string.h>

#include <knot/module.h>

#include "check.h"
#include "verdict.h"
#include "refusal_cache.h"

/* A session is the number of its connection. */
static unsigned char server_random[SESSION_RANDOM_SIZE];
static size_t server_random_size;

void __wrap_gnutls_session_get_random(gnutls_session_t session, gnutls_datum_t *client,
	gnutls_datum_t *server);
void __wrap_gnutls_session_get_random(gnutls_session_t session, gnutls_datum_t *client,
	gnutls_datum_t *server)
{
	uint64_t number = (uintptr_t)session;
	memset(server_random, 0, sizeof(server_random));
	memcpy(server_random, &number, sizeof(number));
	*client = (gnutls_datum_t){ NULL, 0 };
	*server = (gnutls_datum_t){ server_random, (unsigned)server_random_size };
}

static bool holds;
static unsigned looks, looks_again;

bool __wrap_dance_basis_holds(const struct dance_roster *roster,
	const struct dance_basis *basis);
static void (*meanwhile)(void); /* another thread */

bool __wrap_dance_basis_holds(const struct dance_roster *roster,
	const struct dance_basis *basis)
{
	if (meanwhile != NULL) {
		meanwhile();
	}
	assert_non_null(roster);
	assert_int_equal(basis->words[0], 17);
	looks++;
	return holds;
}

void __wrap_dance_look_again(struct dance_roster *roster, const struct dance_peer *peer);
void __wrap_dance_look_again(struct dance_roster *roster, const struct dance_peer *peer)
{
	assert_non_null(roster);
	assert_non_null(peer);
	looks_again++;
}

/* As far from each other as blocks of memory are. */
static _Alignas(32) char places[32];
static struct dance_roster *const first = (struct dance_roster *)(void *)&places[0];
static struct dance_roster *const second = (struct dance_roster *)(void *)&places[16];

static const struct dance_result mismatch = {
	.size = sizeof(mismatch), .verdict = DANCE_DENY_MISMATCH, .basis = { { 17 } }
};
static const struct dance_result timeout = {
	.size = sizeof(timeout), .verdict = DANCE_FAIL_TIMEOUT, .basis = { { 17 } }
};

#define START 5000

static struct session session_of(uintptr_t number)
{
	return (struct session){ .tls = (gnutls_session_t)number };
}

static void keep(struct dance_roster *roster, uintptr_t connection, uint64_t now,
	const struct dance_result *result)
{
	const struct session session = session_of(connection);
	refusal_cache_put(roster, &session, 1, now, result);
}

static enum dance_verdict recall(struct dance_roster *roster, uintptr_t connection,
	uint64_t now)
{
	const struct session session = session_of(connection);
	bool logged;
	return refusal_cache_get(roster, &session, 1, now, &logged);
}

static int set_up(void **state)
{
	(void)state;
	server_random_size = SESSION_RANDOM_SIZE;
	holds = true;
	meanwhile = NULL;
	looks = looks_again = 0;
	refusal_cache_flush();
	return 0;
}

static void a_further_request_costs_a_look_at_the_table(void **state)
{
	(void)state;
	check_verdict(recall(first, 1, START), DANCE_UNDECIDED);
	keep(first, 1, START, &mismatch);
	for (uint64_t ms = 0; ms < REFUSAL_CACHE_CHECK_MS; ms += 5) {
		check_verdict(recall(first, 1, START + ms), DANCE_DENY_MISMATCH);
	}
	assert_int_equal(looks + looks_again, 0);
}

static void once_a_second_it_is_seen_whether_anything_is_new(void **state)
{
	(void)state;
	keep(first, 1, START, &timeout);
	for (uint64_t ms = 0; ms < 10 * REFUSAL_CACHE_CHECK_MS; ms += 5) {
		check_verdict(recall(first, 1, START + ms), DANCE_FAIL_TIMEOUT);
	}
	assert_int_equal(looks, 9);
	assert_int_equal(looks_again, 9);
	/* Not by the clock, but when it is asked. */
	check_verdict(recall(first, 1, START + 30 * REFUSAL_CACHE_CHECK_MS),
		DANCE_FAIL_TIMEOUT);
	check_verdict(recall(first, 1, START + 30 * REFUSAL_CACHE_CHECK_MS),
		DANCE_FAIL_TIMEOUT);
	assert_int_equal(looks, 10);
}

static void what_no_longer_holds_is_decided_again(void **state)
{
	(void)state;
	keep(first, 1, START, &mismatch);
	holds = false;
	check_verdict(recall(first, 1, START + REFUSAL_CACHE_CHECK_MS - 1),
		DANCE_DENY_MISMATCH);
	check_verdict(recall(first, 1, START + REFUSAL_CACHE_CHECK_MS), DANCE_UNDECIDED);
	assert_int_equal(looks_again, 0);
	/* And remembered anew. */
	holds = true;
	keep(first, 1, START + REFUSAL_CACHE_CHECK_MS, &timeout);
	check_verdict(recall(first, 1, START + REFUSAL_CACHE_CHECK_MS), DANCE_FAIL_TIMEOUT);
}

/* Whoever is let in now is not refused again by what was kept before. */
static void what_no_longer_holds_does_not_come_back(void **state)
{
	(void)state;
	const struct dance_result allow = { .size = sizeof(allow), .verdict = DANCE_ALLOW };
	keep(first, 1, START, &mismatch);
	holds = false;
	check_verdict(recall(first, 1, START + REFUSAL_CACHE_CHECK_MS), DANCE_UNDECIDED);
	keep(first, 1, START + REFUSAL_CACHE_CHECK_MS, &allow);
	for (uint64_t ms = REFUSAL_CACHE_CHECK_MS; ms < 4 * REFUSAL_CACHE_CHECK_MS;
		ms += 5) {
		check_verdict(recall(first, 1, START + ms), DANCE_UNDECIDED);
	}
}

static void lose_the_random(void)
{
	server_random_size = 0;
}

static void fill_the_set(void)
{
	for (unsigned i = 1; i <= REFUSAL_CACHE_SET_SIZE; i++) {
		keep(first, 1 + i * REFUSAL_CACHE_SET_COUNT, START + 1000 + i, &timeout);
	}
}

/* A connection whose refusal is not kept is sought in all of its set, and not behind it: seen with
 * AddressSanitizer, in the last one. */
static void a_set_ends_with_its_last_place(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= REFUSAL_CACHE_SET_COUNT; i++) {
		check_verdict(recall(first, i, START), DANCE_UNDECIDED);
	}
}

/* While one thread looks whether it still holds, another may take its place. */
static void what_is_gone_meanwhile_is_decided_again(void **state)
{
	(void)state;
	static void (*const cases[])(void) = { refusal_cache_flush, lose_the_random,
		fill_the_set };
	for (size_t i = 0; i < ROWS(cases); i++) {
		set_up(state);
		keep(first, 1, START, &mismatch);
		holds = false;
		meanwhile = cases[i];
		check_verdict(recall(first, 1, START + REFUSAL_CACHE_CHECK_MS),
			DANCE_UNDECIDED);
		server_random_size = SESSION_RANDOM_SIZE;
		meanwhile = NULL;
		holds = true;
		/* Of the others nothing was forgotten. */
		if (cases[i] == fill_the_set) {
			check_verdict(recall(first, 1 + REFUSAL_CACHE_SET_COUNT,
					      START + 1002),
				DANCE_FAIL_TIMEOUT);
		}
	}
}

static void it_is_not_remembered_for_long(void **state)
{
	(void)state;
	keep(first, 1, START, &mismatch);
	check_verdict(recall(first, 1, START + REFUSAL_CACHE_MAX_MS - 1),
		DANCE_DENY_MISMATCH);
	check_verdict(recall(first, 1, START + REFUSAL_CACHE_MAX_MS), DANCE_UNDECIDED);
}

static void it_is_of_one_connection_and_one_roster(void **state)
{
	(void)state;
	keep(first, 1, START, &mismatch);
	check_verdict(recall(first, 2, START), DANCE_UNDECIDED);
	check_verdict(recall(second, 1, START), DANCE_UNDECIDED);
	check_verdict(recall(NULL, 1, START), DANCE_UNDECIDED);
	/* Two that share a set. */
	check_verdict(recall(first, 1 + REFUSAL_CACHE_SET_COUNT, START), DANCE_UNDECIDED);
	check_verdict(recall(first, 1, START), DANCE_DENY_MISMATCH);
	/* A roster that is made later may stand where this one stood. */
	refusal_cache_flush();
	check_verdict(recall(first, 1, START), DANCE_UNDECIDED);
}

static void a_yes_and_what_rests_on_nothing_are_not_kept(void **state)
{
	(void)state;
	struct dance_result result = mismatch;
	for (int i = 0; i < VERDICT_COUNT; i++) {
		result.verdict = (enum dance_verdict)i;
		keep(first, 1, START, &result);
		enum dance_verdict verdict = recall(first, 1, START);
		assert_true(dance_verdict_class(verdict) != DANCE_CLASS_ALLOW);
		if (result.verdict != DANCE_ALLOW) {
			check_verdict(verdict, result.verdict);
		}
		refusal_cache_flush();
	}
	result = mismatch;
	result.basis.words[0] = 0;
	keep(first, 1, START, &result);
	check_verdict(recall(first, 1, START), DANCE_UNDECIDED);
}

static void without_a_random_nothing_is_kept(void **state)
{
	(void)state;
	server_random_size = 0;
	keep(first, 1, START, &mismatch);
	server_random_size = SESSION_RANDOM_SIZE;
	keep(first, 0, START, &mismatch); /* no TLS */
	check_verdict(recall(first, 1, START), DANCE_UNDECIDED);
	check_verdict(recall(first, 0, START), DANCE_UNDECIDED);
	keep(first, 1, START, &mismatch);
	server_random_size = 0;
	check_verdict(recall(first, 1, START), DANCE_UNDECIDED);
}

/* Whatever has no room is decided anew. The oldest goes. */
static void a_crowd_pushes_out_the_oldest_and_lets_nobody_in(void **state)
{
	(void)state;
	const uintptr_t step = REFUSAL_CACHE_SET_COUNT;
	for (uintptr_t i = 0; i <= REFUSAL_CACHE_SET_SIZE; i++) {
		keep(first, 1 + i * step, START + (i == 3 ? 0 : 1 + i), &mismatch);
	}
	for (uintptr_t i = 0; i <= REFUSAL_CACHE_SET_SIZE; i++) {
		check_verdict(recall(first, 1 + i * step, START + 100),
			i == 3 ? DANCE_UNDECIDED : DANCE_DENY_MISMATCH);
	}
	/* One that is too old first, wherever it stands. */
	keep(first, 1 + step, START + REFUSAL_CACHE_MAX_MS, &mismatch);
	keep(first, 1 + 100 * step, START + REFUSAL_CACHE_MAX_MS + 3, &mismatch);
	check_verdict(recall(first, 1 + step, START + REFUSAL_CACHE_MAX_MS + 3),
		DANCE_DENY_MISMATCH);
	check_verdict(recall(first, 1 + 4 * step, START + REFUSAL_CACHE_MAX_MS + 3),
		DANCE_DENY_MISMATCH);
	check_verdict(recall(first, 1 + 100 * step, START + REFUSAL_CACHE_MAX_MS + 3),
		DANCE_DENY_MISMATCH);
}

/* Many zones may have one roster, and a connection may ask for zones of several. */
static void rosters_have_sets_of_their_own(void **state)
{
	(void)state;
	const uintptr_t step = REFUSAL_CACHE_SET_COUNT;
	for (uintptr_t i = 0; i < REFUSAL_CACHE_SET_SIZE; i++) {
		keep(first, 2 + i * step, START + i, &mismatch);
		keep(second, 2 + i * step, START + i, &mismatch);
	}
	for (uintptr_t i = 0; i < REFUSAL_CACHE_SET_SIZE; i++) {
		check_verdict(recall(first, 2 + i * step, START + 100),
			DANCE_DENY_MISMATCH);
		check_verdict(recall(second, 2 + i * step, START + 100),
			DANCE_DENY_MISMATCH);
	}
	/* This connection has the other's set for the second of them. */
	keep(second, 3 + step, START + 100, &timeout);
	check_verdict(recall(first, 2, START + 100), DANCE_UNDECIDED);
	check_verdict(recall(second, 2, START + 100), DANCE_DENY_MISMATCH);
	check_verdict(recall(second, 3 + step, START + 100), DANCE_FAIL_TIMEOUT);
}

/* Though it was decided last, and wherever it stands. */
static void what_was_forgotten_makes_room(void **state)
{
	const uintptr_t step = REFUSAL_CACHE_SET_COUNT, size = REFUSAL_CACHE_SET_SIZE;
	const uint64_t later = START + size + REFUSAL_CACHE_CHECK_MS;
	for (uintptr_t place = 0; place < size; place++) {
		set_up(state);
		for (uintptr_t i = 0; i < size; i++) {
			keep(first, 1 + i * step, START + (i + size - 1 - place) % size,
				&mismatch);
		}
		holds = false;
		check_verdict(recall(first, 1 + place * step, later), DANCE_UNDECIDED);
		holds = true;
		keep(first, 1 + 100 * step, later, &timeout);
		for (uintptr_t i = 0; i < size; i++) {
			check_verdict(recall(first, 1 + i * step, later),
				i == place ? DANCE_UNDECIDED : DANCE_DENY_MISMATCH);
		}
		check_verdict(recall(first, 1 + 100 * step, later), DANCE_FAIL_TIMEOUT);
	}
}

static void each_instance_tells_it_once(void **state)
{
	(void)state;
	const struct session session = session_of(1);
	bool logged;
	refusal_cache_put(first, &session, 1, START, &mismatch);
	check_verdict(refusal_cache_get(first, &session, 1, START, &logged),
		DANCE_DENY_MISMATCH);
	assert_true(logged);
	check_verdict(refusal_cache_get(first, &session, 2, START, &logged),
		DANCE_DENY_MISMATCH);
	assert_false(logged);
	check_verdict(refusal_cache_get(first, &session, 2, START, &logged),
		DANCE_DENY_MISMATCH);
	assert_true(logged);
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_further_request_costs_a_look_at_the_table),
		TEST(once_a_second_it_is_seen_whether_anything_is_new),
		TEST(what_no_longer_holds_is_decided_again),
		TEST(what_no_longer_holds_does_not_come_back),
		TEST(a_set_ends_with_its_last_place),
		TEST(what_is_gone_meanwhile_is_decided_again),
		TEST(it_is_not_remembered_for_long),
		TEST(it_is_of_one_connection_and_one_roster),
		TEST(a_yes_and_what_rests_on_nothing_are_not_kept),
		TEST(without_a_random_nothing_is_kept),
		TEST(a_crowd_pushes_out_the_oldest_and_lets_nobody_in),
		TEST(rosters_have_sets_of_their_own),
		TEST(what_was_forgotten_makes_room),
		TEST(each_instance_tells_it_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
