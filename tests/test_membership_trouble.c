/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What remains of a list of clients when its lookups fail, when it is no list any more, and without
 * memory. */

#include "membership_scene.h"

/* What was valid lives on, and what is wrong is told. */
static void failures_leave_a_list_standing(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		bool too_many;
		const char *why;
		enum dance_verdict trouble;
		enum dance_log_level level;
		const char *line;
	} rows[] = {
		{ RESOLVER_FAILED, false, "SERVFAIL", DANCE_FAIL_LOOKUP, DANCE_LOG_WARNING,
			"no valid list, " LIST
			"verdict lookup (SERVFAIL); do: open outgoing port "
			"53 or set 'resolver'; else check the name servers of the list's zone" },
		{ RESOLVER_TIMEOUT, false, "", DANCE_FAIL_TIMEOUT, DANCE_LOG_WARNING,
			"no valid list, " LIST
			"verdict timeout (the lookup took too long); do: "
			"open outgoing port 53 or set 'resolver'; else check the name servers of "
			"the list's zone" },
		{ RESOLVER_SECURE, true, "", DANCE_DENY_UNUSABLE, DANCE_LOG_NOTICE,
			"no valid list, " LIST
			"verdict unusable (more than 200 names); do: divide "
			"it into lists of at most 200 names" },
	};
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	publish_names(list, "a.example");
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 1");
	const struct knowledge *known = list->knowledge;
	for (uint32_t i = 0; i < ROWS(rows); i++) {
		struct resolver_answer answer = failing(rows[i].outcome, rows[i].why);
		answer.count = rows[i].too_many ? DANCE_LIST_MAX + 1 : 0;
		publish(list, &answer);
		says(rows[i].level, rows[i].line);
		counts_are(2 + 2 * i, 2 + i);
		publish(list, &answer);
		says_nothing();
		counts_are(3 + 2 * i, 2 + i);
		assert_ptr_equal(list->knowledge, known);
		assert_int_equal(list->trouble, rows[i].trouble);
		assert_int_equal(place_of("a.example"), 0);
	}
	/* The same names again are news after that. */
	publish_names(list, "a.example");
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 1");
	counts_are(8, 5);
	assert_int_equal(list->trouble, DANCE_UNDECIDED);
	publish_names(list, "a.example");
	says_nothing();
	counts_are(9, 5);
}

/* What is proved to be no list ends it, and who stood there last is kept apart. */
static void a_list_that_is_none_permits_nobody(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	publish_names(list, "a.example");
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 1");
	struct resolver_answer answer = failing(RESOLVER_BOGUS, "forged");
	publish(list, &answer);
	says(DANCE_LOG_WARNING,
		"no valid list, " LIST
		"verdict bogus (forged); do: sign the zone of the list "
		"again");
	counts_are(2, 2);
	assert_int_equal(list->knowledge->verdict, DANCE_FAIL_BOGUS);
	assert_int_equal(list->knowledge->names->count, 1);
	assert_int_equal(list->trouble, DANCE_UNDECIDED);
	assert_int_equal(place_of("a.example"), 0);
	publish(list, &answer);
	says_nothing();
	counts_are(3, 2);
	/* Another reason that it is none; and failures over it are told as they are. */
	answer = failing(RESOLVER_INSECURE, "");
	publish(list, &answer);
	says(DANCE_LOG_NOTICE,
		"no valid list, " LIST
		"verdict insecure (not DNSSEC-signed); do: sign the zone of "
		"the list");
	counts_are(4, 3);
	answer = failing(RESOLVER_FAILED, "");
	publish(list, &answer);
	assert_int_equal(list->knowledge->verdict, DANCE_FAIL_LOOKUP);
	said_lines(&publisher.log, 1);
	counts_are(5, 4);
	publish_names(list, "a.example");
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 1");
	counts_are(6, 5);
}

static void a_list_of_which_nothing_is_known(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	struct resolver_answer answer = failing(RESOLVER_NONE, "no resolver");
	publish(list, &answer);
	says_nothing(); /* not ready, as before */
	counts_are(1, 1);
	assert_int_equal(list->knowledge->verdict, DANCE_FAIL_NOT_READY);
	assert_null(list->knowledge->names);
	assert_int_equal(key_index_unresolved(index_of_all), 0);
}

/* The last reason that fits, and the first that does not. */
static void a_long_reason_is_cut(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	char why[DANCE_DETAIL_SIZE + 1], line[DANCE_LINE_SIZE];
	for (size_t size = DANCE_DETAIL_SIZE - 1; size <= DANCE_DETAIL_SIZE; size++) {
		memset(why, 'w', size);
		why[size] = '\0';
		const struct resolver_answer answer = failing(RESOLVER_BOGUS, why);
		publish(list, &answer);
		snprintf(line, sizeof(line),
			"no valid list, " LIST
			"verdict bogus (%.191s); do: sign the zone of the "
			"list again",
			why);
		says(DANCE_LOG_WARNING, line);
		publish_names(list, "");
		said_lines(&publisher.log, size == DANCE_DETAIL_SIZE - 1 ? 1 : 0);
	}
}

/* Without memory for a name the list is looked up again soon, and those who come are told. */
static void names_without_room_are_mended(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	const struct resolver_answer answer = naming("a.example b.example");
	unsigned seen = 0; /* how many names there was room for, as bits */
	uint32_t changes = 1;
	publish(list, &answer);
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 2");
	for (int left = 1; left < 20; left++) {
		const struct resolver_answer none = naming("");
		publish(list, &none);
		said_lines(&publisher.log, 3);
		(void)publisher_reclaim(&publisher);
		owners_free_gone(owners_take_gone(&owners));
		calls_left = left;
		publish(list, &answer);
		calls_left = -1;
		changes += 2;
		counts_are(changes, changes);
		seen |= 1u << lists.used;
		if (lists.used == 2) {
			said_lines(&publisher.log, 2);
			break;
		}
		said_lines(&publisher.log, 3);
		said_is(2, DANCE_LOG_ERROR,
			"records not stored, client clients.example (out of memory; they are "
			"looked up again); do: give more memory");
		assert_true(list->unkept && lists.lacking);
		publish(list, &answer);
		says_nothing();
		assert_false(list->unkept || lists.lacking);
		assert_int_equal(lists.used, 2);
		changes++;
		counts_are(changes, changes);
	}
	assert_int_equal(seen, 1 | 2 | 4);
	assert_false(list->unkept || lists.lacking);
	publish(list, &answer);
	counts_are(changes + 1, changes);

	/* Without memory for the list itself nothing is known. */
	calls_left = 0;
	publish(list, &answer);
	calls_left = -1;
	says(DANCE_LOG_ERROR,
		"records not stored, client clients.example (out of memory; they are looked up "
		"again); do: give more memory");
	assert_true(list->unkept);
	assert_null(list->knowledge);
	assert_int_equal(lists.used, 0);
	counts_are(changes + 2, changes + 1);
	publish(list, &answer);
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 2");
	assert_false(list->unkept);
	counts_are(changes + 3, changes + 2);
}

static void without_memory_there_is_no_list(void **state)
{
	(void)state;
	struct name name = named("clients.example");
	for (calls_left = 0; calls_left < 2;) {
		int left = calls_left;
		assert_false(membership_begin(&lists, index_of_all, 0, 1, &name, 1));
		membership_end(&lists, &owners);
		membership_clear(&lists);
		calls_left = left + 1;
	}
	calls_left = -1;
	assert_true(membership_begin(&lists, index_of_all, 0, 1, &name, 1));
	assert_true(membership_is_within_fence(&lists, &name));
	name = named("other.example");
	assert_false(membership_is_within_fence(&lists, &name));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(failures_leave_a_list_standing),
		TEST(a_list_that_is_none_permits_nobody),
		TEST(a_list_of_which_nothing_is_known),
		TEST(a_long_reason_is_cut),
		TEST(names_without_room_are_mended),
		TEST(without_memory_there_is_no_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
