/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What an answer on a list of clients leaves, in full: the names in the slots and the index, the
 * list's own state, the counts and the lines of the log. How that looks to a peer,
 * test_membership.c has; what goes wrong, test_membership_trouble.c. */

#include "membership_scene.h"

static void a_list_brings_its_names(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	assert_true(due && list->is_list);
	assert_int_equal(list->references, 1);
	assert_int_equal(list->due, NOW);
	assert_int_equal(key_index_unresolved(index_of_all), 1);
	owners_set_never_due(&owners, list); /* it is being looked up */

	struct resolver_answer answer = naming("a.example b.example a.example");
	answer.signatures_end = 7;
	publish(list, &answer);
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 2");
	assert_int_equal(lists.used, 2);
	assert_false(lists.lacking);
	assert_int_equal(place_of("a.example"), 0);
	assert_int_equal(place_of("b.example"), 1);
	assert_int_equal(key_index_unresolved(index_of_all), 2);
	counts_are(1, 1);
	assert_int_equal(list->knowledge->verdict, DANCE_UNDECIDED);
	assert_int_equal(list->knowledge->valid_until, NOW + 300000);
	assert_int_equal(list->knowledge->signatures_end, 7);
	assert_false(list->knowledge->brief);
	assert_int_equal(list->knowledge->names->count, 2);
	assert_false(list->unkept);
	assert_int_equal(list->trouble, DANCE_UNDECIDED);
	/* They are looked up at once, as names that a list has brought. */
	assert_int_equal(owners.due.count, 2);
	for (size_t i = 0; i < 2; i++) {
		struct owner *owner = lists.slots[i]->owner;
		assert_int_equal(owner->due, NOW);
		assert_int_equal(owner->references, 1);
		assert_true(owner->by_list);
	}
	/* The same again. */
	answer.ttl = 10;
	publish(list, &answer);
	says_nothing();
	counts_are(2, 1);
	assert_int_equal(lists.used, 2);
	assert_true(list->knowledge->brief);
	assert_non_null(publisher.retired);
	assert_true(publisher_reclaim(&publisher));
	fake_clock_advance(10000); /* it had expired */
	publish(list, &answer);
	counts_are(3, 2);
}

static void names_come_and_go(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	publish_names(list, "a.example b.example c.example");
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 3");
	publish_names(list, "a.example c.example d.example e.example");
	said_lines(&publisher.log, 3);
	said_is(0, DANCE_LOG_NOTICE, "client removed, " LIST "client b.example");
	said_is(1, DANCE_LOG_NOTICE, "client added, " LIST "client d.example");
	said_is(2, DANCE_LOG_NOTICE, "client added, " LIST "client e.example");
	counts_are(2, 2);
	assert_int_equal(lists.used, 4);
	assert_int_equal(place_of("b.example"), -1);
	assert_int_equal(place_of("d.example"), 1); /* the slot that came free */
	assert_int_equal(place_of("e.example"), 3);
	assert_int_equal(owners.count, 5); /* with the list itself */
	assert_non_null(publisher.retired_members);
	assert_true(publisher_reclaim(&publisher));
	struct owner *gone = owners_take_gone(&owners);
	assert_string_equal(owner_text(gone), "b.example");
	assert_int_equal(gone->place, 0);
	owners_free_gone(gone);

	publish_names(list, "");
	said_lines(&publisher.log, 5);
	said_is(4, DANCE_LOG_NOTICE,
		"list is empty, list @clients.example (it contains no name of a client); do: publish PTR "
		"records to the names of clients there, or correct the name of the list");
	assert_int_equal(lists.used, 0);
	assert_null(lists.slots[0]);
	counts_are(3, 3);
	/* That there is none, proved, is the same. */
	struct resolver_answer none = failing(RESOLVER_DENIED, "no such name");
	publish(list, &none);
	says_nothing();
	counts_are(4, 3);
	publish_names(list, "a.example");
	says(DANCE_LOG_NOTICE, "client added, " LIST "client a.example");
	publish(list, &none);
	said_lines(&publisher.log, 2);
	said_is(0, DANCE_LOG_NOTICE, "client removed, " LIST "client a.example");
	said_is(1, DANCE_LOG_NOTICE,
		"list is empty, list @clients.example (no such name); do: publish PTR records to the names of "
		"clients there, or correct the name of the list");
}

static void a_list_of_none_is_told_of_at_the_start(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	const struct resolver_answer none = failing(RESOLVER_DENIED, "no such name");
	publish(list, &none);
	says(DANCE_LOG_NOTICE,
		"list is empty, list @clients.example (no such name); do: publish PTR records to the names of "
		"clients there, or correct the name of the list");
	counts_are(1, 1);
	assert_int_equal(list->knowledge->verdict, DANCE_UNDECIDED);
	assert_int_equal(key_index_unresolved(index_of_all), 0);
}

/* So many come or go at once. */
static void a_big_change_is_told_by_its_beginning(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	publish_names(list, "a.example");
	says(DANCE_LOG_NOTICE, "list validated, " LIST "count 1");
	publish_names(list, so_many("n", MEMBERSHIP_LINES_MAX));
	said_lines(&publisher.log, 1 + MEMBERSHIP_LINES_MAX);
	publish_names(list, so_many("m", MEMBERSHIP_LINES_MAX + 1));
	said_lines(&publisher.log, 2 * MEMBERSHIP_LINES_MAX + 1);
	said_is(2 * MEMBERSHIP_LINES_MAX, DANCE_LOG_NOTICE,
		"clients added, " LIST "count 21 (the first 20 were named)");
	said_is(0, DANCE_LOG_NOTICE, "client removed, " LIST "client n0.example");
	assert_non_null(strstr(said[MEMBERSHIP_LINES_MAX].text, "client added"));
	publish_names(list, "a.example");
	said_lines(&publisher.log, MEMBERSHIP_LINES_MAX + 2);
	said_is(MEMBERSHIP_LINES_MAX, DANCE_LOG_NOTICE,
		"clients removed, " LIST "count 21 (the first 20 were named)");
}

static void what_is_left_out_is_told_when_it_changes(void **state)
{
	(void)state;
	static const uint8_t wrong[] = "\1*\7example\0\1a\7example\0\3a b";
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	struct resolver_answer answer = naming("");
	answer.names = wrong;
	answer.count = 2;
#define LEFT_OUT(count) \
	"clients ignored, " LIST "count " count \
	" (PTR *.example: the name may contain only " \
	"letters, digits, hyphens and underscores); do: let the list contain only names of clients"
	publish(list, &answer);
	said_lines(&publisher.log, 2);
	said_is(0, DANCE_LOG_NOTICE, "list validated, " LIST "count 1");
	said_is(1, DANCE_LOG_WARNING, LEFT_OUT("1"));
	publish(list, &answer);
	says_nothing();
	answer.count = 3;
	publish(list, &answer);
	says(DANCE_LOG_WARNING, LEFT_OUT("2"));
	counts_are(3, 2);
	publish_names(list, "a.example");
	says_nothing();
}

#define NOT_WITHIN(name) \
	"client ignored, " LIST "client " name \
	" (it is not within 'client-within'); do: nothing, " \
	"if the list must not permit it; else extend 'client-within'"

static void names_outside_the_fence_are_told_once(void **state)
{
	(void)state;
	prepare(2, "sub.example");
	struct owner *list = add_list("clients.example");
	publish_names(list, "a.example sub.example b.sub.example");
	said_lines(&publisher.log, 2);
	said_is(0, DANCE_LOG_NOTICE, "list validated, " LIST "count 3");
	said_is(1, DANCE_LOG_WARNING, NOT_WITHIN("a.example"));
	assert_int_equal(lists.used, 2);
	assert_int_equal(place_of("a.example"), -1);
	assert_int_equal(place_of("sub.example"), 0);
	assert_int_equal(place_of("b.sub.example"), 1);
	assert_false(lists.untold);
	publish_names(list, "a.example sub.example b.sub.example c.example");
	said_lines(&publisher.log, 2);
	said_is(0, DANCE_LOG_NOTICE, "client added, " LIST "client c.example");
	said_is(1, DANCE_LOG_WARNING, NOT_WITHIN("c.example"));

	/* A roster that comes later is told of all of them with the next answer. */
	lists.untold = true;
	publish_names(list, "a.example sub.example b.sub.example c.example");
	said_lines(&publisher.log, 2);
	said_is(0, DANCE_LOG_WARNING, NOT_WITHIN("a.example"));
	said_is(1, DANCE_LOG_WARNING, NOT_WITHIN("c.example"));
	publish_names(list, so_many("n", MEMBERSHIP_LINES_MAX + 1));
	size_t told = 3 + 4 - 1 + MEMBERSHIP_LINES_MAX + 1; /* that they came and went */
	name_log_tell(&publisher.log);
	assert_string_equal(said[said_count - 1].text,
		"clients ignored, " LIST "count 21 (the first 20 were named)");
	assert_int_equal(said[said_count - 1].level, DANCE_LOG_WARNING);
	assert_true(said_count > told);
	said_count = 0;
}

static void say_nothing(void *arg, enum dance_log_level level, const char *line)
{
	(void)arg;
	(void)level;
	(void)line;
}

/* What is on a list has slots of that list, and whoever stays keeps its own. */
static void lists_have_their_own_slots(void **state)
{
	(void)state;
	prepare(2, NULL);
	struct owner *first = add_list("clients.example");
	struct owner *second = add_list("more.example");
	assert_int_equal(lists.lists[0].member.rank, PLAIN);
	assert_int_equal(lists.lists[1].member.rank, PLAIN + DANCE_LIST_MAX);
	assert_ptr_equal(lists.lists[1].of, &lists);
	publish_names(second, so_many("b", DANCE_LIST_MAX));
	assert_int_equal(place_of("b0.example"), DANCE_LIST_MAX);
	assert_int_equal(place_of("b9.example"), DANCE_LIST_MAX + 9);
	publish_names(first, so_many("b", DANCE_LIST_MAX));
	assert_int_equal(place_of("b0.example"), DANCE_LIST_MAX);
	/* They stay on the first, and those that come to the second have to stand elsewhere. */
	publish_names(second, so_many("c", DANCE_LIST_MAX));
	assert_int_equal(lists.used, 2 * DANCE_LIST_MAX);
	assert_int_equal(place_of("b0.example"), DANCE_LIST_MAX);
	assert_int_equal(place_of("c0.example"), 0);
	assert_int_equal(place_of("c9.example"), 9);
	size_t at = 0, found = 0;
	while (membership_next(&lists, &at) != NULL) {
		found++;
	}
	assert_int_equal(found, 2 * DANCE_LIST_MAX);
	assert_int_equal(at, 2 * DANCE_LIST_MAX);
	publisher.log.write = say_nothing; /* there are too many lines to be kept */
}

/* What is known of a list already counts for who lists it later. */
static void who_joins_later_gets_the_names(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	publish_names(list, "a.example b.example");
	owners_set_never_due(&owners, list);
	owners_set_never_due(&owners, lists.slots[0]->owner);
	owners_set_never_due(&owners, lists.slots[1]->owner);
	lists.slots[0]->owner->in_flight = true; /* it is being looked up */
	lists.slots[1]->owner->in_flight = true;
	list->in_flight = true;

	struct key_index *index = key_index_new(2);
	struct membership later;
	struct name name = named("clients.example");
	assert_true(membership_begin(&later, index, 0, 1, NULL, 0));
	due = false;
	assert_true(membership_add(&later, &owners, &publisher, &name, &due));
	assert_false(due);
	assert_int_equal(later.used, 2);
	assert_int_equal(list->references, 2);
	assert_int_equal(owners.due.count, 0);
	membership_end(&later, &owners);
	assert_int_equal(list->references, 1);
	assert_int_equal(lists.slots[0]->owner->references, 1);
	membership_clear(&later);
	assert_null(later.slots);
	assert_int_equal(later.list_count, 0);
	membership_clear(&later);
	key_index_free(index);
	for (size_t i = 0; i < 2; i++) {
		lists.slots[i]->owner->in_flight = false;
	}
	list->in_flight = false;
}

/* Is it looked up now? Not if it is already, or is due some time; but if not all of it was kept. */
static void who_is_looked_up_at_once(void **state)
{
	(void)state;
	static const struct {
		bool in_flight, scheduled, unkept, due;
	} rows[] = {
		{ false, false, false, true },
		{ false, true, false, false },
		{ false, true, true, true },
		{ true, false, false, false },
		{ true, false, true, false },
	};
	prepare(1, NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct key_index_member member;
		struct name name = named("a.example");
		struct owner *owner = owners_get(&owners, &name);
		assert_true(owners_reserve(&owners));
		owner->in_flight = rows[i].in_flight;
		owner->unkept = rows[i].unkept;
		if (rows[i].scheduled) { /* as a name that a peer claims */
			owners_set_due(&owners, owner, NOW + 5);
			assert_int_equal(owners.due_refreshes.count, 1);
		}
		assert_int_equal(membership_join(&owners, &publisher, owner, index_of_all,
					 &member, 1),
			rows[i].due);
		assert_int_equal(owner->references, 1);
		assert_int_equal(owners.due_refreshes.count, 0);
		assert_int_equal(owners.due.count, rows[i].due || rows[i].scheduled);
		assert_int_equal(owner->due,
			rows[i].due               ? NOW :
				rows[i].scheduled ? NOW + 5 :
						    0);
		owner->in_flight = true;
		membership_leave(&owners, &member);
		assert_int_equal(owner->references, 0);
		assert_int_equal(owners.due.count, 0);
		assert_int_equal(owners.due_refreshes.count,
			rows[i].due || rows[i].scheduled);
		owner->in_flight = false;
		owners_collect(&owners, owner);
		assert_true(owner->gone);
		owners_free_gone(owners_take_gone(&owners));
	}
}

/* Plainly listed and then on a list, or claimed before: its lookup has a slot of its own. */
static void what_a_list_has_not_brought_alone(void **state)
{
	(void)state;
	prepare(1, NULL);
	struct owner *list = add_list("clients.example");
	struct name name = named("a.example");
	struct owner *plain = owners_get(&owners, &name);
	struct key_index_member member;
	struct key_index *index = key_index_new(1);
	(void)membership_join(&owners, &publisher, plain, index, &member, 0);
	publish_names(list, "a.example b.example");
	assert_false(plain->by_list);
	assert_true(lists.slots[1]->owner->by_list);
	assert_int_equal(plain->references, 2);
	publish_names(list, "b.example");
	assert_int_equal(plain->references, 1);
	membership_leave(&owners, &member);
	key_index_free(index);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_brings_its_names),
		TEST(names_come_and_go),
		TEST(a_list_of_none_is_told_of_at_the_start),
		TEST(a_big_change_is_told_by_its_beginning),
		TEST(what_is_left_out_is_told_when_it_changes),
		TEST(names_outside_the_fence_are_told_once),
		TEST(lists_have_their_own_slots),
		TEST(who_joins_later_gets_the_names),
		TEST(who_is_looked_up_at_once),
		TEST(what_a_list_has_not_brought_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
