/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What an answer on a list of clients leaves, in full: the names in the slots and the index, the
 * list's own state, the counts and the lines of the log. How that looks to a peer,
 * test_membership.c has. */

#include "check.h"
#include "fake_clock.h"
#include "membership.h"
#include "named.h"
#include "said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-bp.h>

#define NOW 1000000
#define PLAIN 3 /* plainly listed names that come before */
#define LIST "list @clients.example, "

static struct publisher publisher;
static struct owners owners;
static struct key_index *index_of_all;
static struct membership lists;
static bool due;

static int calls_left = -1; /* of calloc() that succeed; negative: all */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	if (calls_left == 0) {
		return NULL;
	}
	calls_left -= calls_left > 0;
	return __real_calloc(count, size);
}

static int begin(void **state)
{
	(void)state;
	fake_clock_set(NOW);
	memset(&publisher, 0, sizeof(publisher));
	publisher.made = NOW;
	said_begin(&publisher.log);
	owners_init(&owners);
	index_of_all = key_index_new(4);
	due = false;
	calls_left = -1;
	return index_of_all != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	calls_left = -1;
	membership_end(&lists, &owners);
	membership_clear(&lists);
	(void)publisher_reclaim(&publisher);
	owners_free_gone(owners_take_gone(&owners));
	assert_int_equal(owners.count, 0);
	owners_clear(&owners);
	key_index_free(index_of_all);
	name_log_tell(&publisher.log);
	return 0;
}

/* So many lists, and a fence of one name or none. */
static void prepare(size_t list_count, const char *fence)
{
	struct name within = named(fence != NULL ? fence : "x.example");
	assert_true(membership_begin(&lists, index_of_all, PLAIN, list_count, &within,
		fence != NULL));
	assert_true(lists.untold == (fence != NULL));
	assert_int_equal(lists.slot_count, list_count * DANCE_LIST_MAX);
}

static struct owner *add_list(const char *text)
{
	struct name name = named(text);
	assert_true(membership_add(&lists, &owners, &publisher, &name, &due));
	return lists.lists[lists.list_count - 1].member.owner;
}

/* An answer of these names, which have a blank between. */
static struct resolver_answer naming(const char *text)
{
	static uint8_t wire[2 * DANCE_LIST_MAX * WIRE_NAME_SIZE];
	struct resolver_answer answer = {
		.outcome = RESOLVER_SECURE, .names = wire, .ttl = 300, .why = ""
	};
	size_t size = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, " ");
		struct name name;
		const char *why;
		assert_true(name_from_text(&name, text, length, &why));
		memcpy(wire + size, name.wire, name.size);
		size += name.size;
		answer.count++;
		text += length + (text[length] == ' ');
	}
	return answer;
}

static struct resolver_answer failing(enum resolver_outcome outcome, const char *why)
{
	return (struct resolver_answer){ .outcome = outcome, .ttl = 300, .why = why };
}

static const char *so_many(const char *first, unsigned count)
{
	static char text[DANCE_LIST_MAX * 2 * 12];
	size_t size = 0;
	for (unsigned i = 0; i < count; i++) {
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s%u.example",
			i > 0 ? " " : "", first, i);
	}
	return text;
}

static void publish(struct owner *list, const struct resolver_answer *answer)
{
	membership_publish(&publisher, &owners, list, answer);
}

static void publish_names(struct owner *list, const char *text)
{
	const struct resolver_answer answer = naming(text);
	publish(list, &answer);
}

/* The rank of a name, counted from that of the first slot; -1: it is not there. */
static int place_of(const char *text)
{
	struct name name = named(text);
	urcu_bp_read_lock();
	const struct key_index_member *member = key_index_find_member(index_of_all, &name);
	urcu_bp_read_unlock();
	return member != NULL ? (int)member->rank - PLAIN : -1;
}

/* Answers on the names of the index so far, and those of them that changed something. */
static void counts_are(uint32_t answers, uint32_t changes)
{
	const struct change_count *count = key_index_answers(index_of_all);
	assert_int_equal(count->answers, answers);
	assert_int_equal(count->changes, changes);
}

static void says_nothing(void)
{
	said_lines(&publisher.log, 0);
}

static void says(enum dance_log_level level, const char *text)
{
	said_line(&publisher.log, level, text);
}

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
	said_count = 0;
	memset(&publisher.log, 0, sizeof(publisher.log));
	STAILQ_INIT(&publisher.log.lines);
}

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
		TEST(a_list_brings_its_names),
		TEST(names_come_and_go),
		TEST(a_list_of_none_is_told_of_at_the_start),
		TEST(a_big_change_is_told_by_its_beginning),
		TEST(what_is_left_out_is_told_when_it_changes),
		TEST(names_outside_the_fence_are_told_once),
		TEST(lists_have_their_own_slots),
		TEST(failures_leave_a_list_standing),
		TEST(a_list_that_is_none_permits_nobody),
		TEST(a_list_of_which_nothing_is_known),
		TEST(a_long_reason_is_cut),
		TEST(who_joins_later_gets_the_names),
		TEST(who_is_looked_up_at_once),
		TEST(what_a_list_has_not_brought_alone),
		TEST(names_without_room_are_mended),
		TEST(without_memory_there_is_no_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
