/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What was wrong for a while comes right soon after: memory that was not there. */

#include "check.h"
#include "identity.h"
#include "scene.h"

#include <stdatomic.h>
#include <stdlib.h>

static struct credential mine;
static struct dance_result result;

static int make(void **state)
{
	(void)state;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	clear_certificate(&mine);
	return 0;
}

#define NAME "a.example"

static atomic_bool forgets;

struct knowledge *__real_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);
struct knowledge *__wrap_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);

struct knowledge *__wrap_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why)
{
	if (atomic_load(&forgets)) {
		free(set);
		return NULL;
	}
	return __real_knowledge_new(verdict, set, valid_until, why);
}

/* There was no room for the answer: it is asked for again soon, not at 3/4 of its TTL. */
static void an_answer_that_could_not_be_kept_is_asked_for_soon(void **state)
{
	(void)state;
	publish("*.example", 86400, &mine);
	atomic_store(&forgets, true);
	/* Whoever was listed first is the one, whenever that is known. */
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	atomic_store(&forgets, false);
	assert_int_equal(fake_resolver_asked_all(), 2);
	pass(2000);
	assert_int_equal(fake_resolver_asked_all(), 4);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	pass(600000);
	assert_int_equal(fake_resolver_asked_all(), 4);
	dance_roster_free(roster);
}

/* A key that was once not entered, and the name it is of goes: there is nothing to mend. */
static void a_name_without_records_is_left_in_peace(void **state)
{
	(void)state;
	publish(NAME, 86400, &mine);
	atomic_store(&forgets, true);
	struct dance_roster *roster = roster_of(NAME, NULL);
	atomic_store(&forgets, false);
	answer(NAME, RESOLVER_DENIED, 86400, NULL);
	pass(300000);
	assert_int_equal(fake_resolver_asked(NAME), 2);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_that_could_not_be_kept_is_asked_for_soon),
		TEST(a_name_without_records_is_left_in_peace),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
