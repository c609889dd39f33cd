/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A refusal holds until DNS says something new of a name that it rests on, and what is said of
 * other names does not matter. */

#include "basis.h"
#include "check.h"
#include "fixture.h"
#include "scene.h"
#include "named.h"

#include <stdio.h>
#include <string.h>
#include <urcu/urcu-bp.h>

#define NAME "a.example"

static const struct alternative_name names[] = { DNS("x.sub.example") };
static struct credential mine, second, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256, .names = names, .name_count = ROWS(names) } },
	{ &second, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static struct dance_peer peer_of(const struct credential *certificate)
{
	return (struct dance_peer){ .size = sizeof(struct dance_peer),
		.chain = &certificate->whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
}

/* Decides once more where a lookup was waited for: an answer that comes in the very moment may
 * count as one that came after. */
static enum dance_verdict verify_known(struct dance_roster *roster,
	const struct credential *certificate, const char *client_id)
{
	(void)verify(roster, certificate, client_id, &result);
	fake_resolver_settle();
	return verify(roster, certificate, client_id, &result);
}

/* Has the peer's names looked up again until something has come. */
static void look_again(struct dance_roster *roster, const struct credential *certificate)
{
	const struct dance_peer peer = peer_of(certificate);
	for (int i = 0; i < 7; i++) {
		dance_look_again(roster, &peer);
		pass(1000);
	}
}

static bool holds(const struct dance_roster *roster)
{
	return dance_basis_holds(roster, &result.basis);
}

enum told {
	RECORDS,
	OTHER_RECORDS,
	DENIED,
	INSECURE,
	BOGUS,
	FAILED,
	TIMEOUT
};

static void tell(enum told told)
{
	switch (told) {
	case RECORDS:
		publish(NAME, 3600, &second);
		break;
	case OTHER_RECORDS:
		publish(NAME, 3600, &other);
		break;
	case DENIED:
		answer(NAME, RESOLVER_DENIED, 3600, NULL);
		break;
	case INSECURE:
		answer(NAME, RESOLVER_INSECURE, 3600, NULL);
		break;
	case BOGUS:
		answer(NAME, RESOLVER_BOGUS, 0, NULL);
		break;
	case FAILED:
		answer(NAME, RESOLVER_FAILED, 0, NULL);
		break;
	case TIMEOUT:
		answer(NAME, RESOLVER_TIMEOUT, 0, NULL);
		break;
	}
}

/* From each kind of answer to each: only the same again is nothing new. */
static void it_holds_until_dns_says_something_else(void **state)
{
	(void)state;
	for (int from = RECORDS; from <= TIMEOUT; from++) {
		for (int to = RECORDS; to <= TIMEOUT; to++) {
			tell((enum told)from);
			struct dance_roster *roster = roster_of(NAME, NULL);
			assert_true(verify(roster, &mine, NULL, &result) != DANCE_ALLOW);
			assert_true(holds(roster));
			unsigned asked = fake_resolver_asked(NAME);
			tell((enum told)to);
			look_again(roster, &mine);
			assert_true(fake_resolver_asked(NAME) > asked);
			if (holds(roster) != (from == to)) {
				print_error("from %d to %d\n", from, to);
				fail();
			}
			dance_roster_free(roster);
		}
	}
}

/* The order of records and those that nobody can use are no news. */
static void records_are_compared_as_they_count(void **state)
{
	(void)state;
	const unsigned char nothing[1] = { 0 };
	struct dance_tlsa records[] = {
		tlsa_of(&second, 3, 1, 1),
		tlsa_of(&other, 3, 1, 1),
		{ .usage = 9, .data = nothing, .size = sizeof(nothing) },
	};
	publish_records(NAME, 3600, records, 2);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	const struct dance_tlsa first = records[0];
	records[0] = records[1];
	records[1] = first;
	publish_records(NAME, 300, records, 3);
	look_again(roster, &mine);
	assert_true(holds(roster));
	publish_records(NAME, 300, records, 1);
	look_again(roster, &mine);
	assert_false(holds(roster));
	dance_roster_free(roster);
}

static void a_record_that_comes_is_seen_in_seconds(void **state)
{
	(void)state;
	answer(NAME, RESOLVER_DENIED, 3600, NULL);
	struct dance_roster *roster = roster_of(NAME, NULL);
	pass(100000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_NO_TLSA);
	pass(60000);
	publish(NAME, 3600, &mine);
	assert_true(holds(roster));
	look_again(roster, &mine);
	assert_false(holds(roster));
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* A second failure beside a set that is kept, and its end. */
static void trouble_counts_when_it_comes_and_goes(void **state)
{
	(void)state;
	publish(NAME, 60, &second);
	struct dance_roster *roster = roster_of(NAME, NULL);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	pass(70000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
	look_again(roster, &mine);
	assert_true(holds(roster));
	publish(NAME, 600, &second);
	pass(64000);
	assert_false(holds(roster));
	/* Also within the TTL: what is told of the name is another thing then. */
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	pass(6000);
	assert_false(holds(roster));
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	publish(NAME, 600, &second);
	pass(64000);
	assert_false(holds(roster));
	dance_roster_free(roster);
}

/* They are the same as before, but they are good again. */
static void records_that_had_expired_are_new(void **state)
{
	(void)state;
	publish(NAME, 60, &second);
	struct dance_roster *roster = roster_of(NAME, NULL);
	publish_held(NAME, 60, &second);
	pass(60000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	assert_true(holds(roster));
	fake_resolver_release(NAME);
	fake_resolver_settle();
	assert_false(holds(roster));
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(roster);
}

/* A name that has no place in common with `name`. */
static void another_place(const struct dance_roster *roster, const char *name,
	char text[32])
{
	const struct change_counts *counts = watcher_change_counts(roster->watcher);
	struct name mine_name = named(name), wanted;
	int number = 0;
	do {
		snprintf(text, 32, "y%d.sub.example", number++);
		wanted = named(text);
	} while (change_counts_place(counts, wanted.wire, wanted.size) ==
		change_counts_place(counts, mine_name.wire, mine_name.size));
}

static void names_of_strangers_do_not_matter(void **state)
{
	(void)state;
	struct dance_result stranger = { .size = sizeof(stranger) };
	char text[32];
	publish("*.sub.example", 3600, &other);
	publish(NAME, 3600, &other);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	another_place(roster, "x.sub.example", text);
	check_verdict(verify_known(roster, &mine, NULL), DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &second, text, &stranger), DANCE_DENY_MISMATCH);
	publish(text, 3600, &second);
	pass(6000);
	check_verdict(verify(roster, &second, text, &stranger), DANCE_ALLOW);
	assert_true(holds(roster));
	/* Its own does. */
	publish("x.sub.example", 3600, &second);
	look_again(roster, &mine);
	assert_false(holds(roster));
	/* So does any that is listed: it may be the one with the key. */
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	pass(3600000 / 4);
	publish(NAME, 3600, &second);
	pass(3600000 / 4 * 3);
	assert_false(holds(roster));
	dance_roster_free(roster);
}

static void who_says_his_name_is_refused_by_that_alone(void **state)
{
	(void)state;
	answer(NAME, RESOLVER_DENIED, 600, NULL);
	answer("b.example", RESOLVER_DENIED, 600, NULL);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_DENY_NO_TLSA);
	struct dance_result nameless = { .size = sizeof(nameless) };
	check_verdict(verify(roster, &mine, NULL, &nameless), DANCE_DENY_NO_TLSA);
	publish("b.example", 600, &other);
	pass(600000);
	assert_int_equal(dance_basis_holds(roster, &nameless.basis), false);
	assert_true(holds(roster));
	publish(NAME, 600, &other);
	pass(600000);
	assert_false(holds(roster));
	dance_roster_free(roster);
}

/* The answer that did not come in time is something new whatever it says. */
static void an_answer_that_was_awaited_is_new(void **state)
{
	(void)state;
	struct asker asker;
	answer("x.sub.example", RESOLVER_DENIED, 5, NULL);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_NO_TLSA);
	pass(10000);
	publish_held("x.sub.example", 5, &other);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(499);
	await_look();
	fake_clock_advance(1);
	check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
	result = asker.result;
	assert_true(holds(roster));
	answer("x.sub.example", RESOLVER_DENIED, 5, NULL);
	pass(1000);
	assert_false(holds(roster));
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_NO_TLSA);
	dance_roster_free(roster);
}

/* By fields that are all zero, for another roster, and of who is allowed. */
static void what_never_holds(void **state)
{
	(void)state;
	const struct dance_basis zero = { 0 };
	publish("*.example", 3600, &mine);
	struct dance_roster *roster = roster_of("a.example", NULL);
	struct dance_roster *another = roster_of("b.example", NULL);
	assert_false(dance_basis_holds(roster, &zero));
	assert_false(dance_basis_holds(NULL, &zero));
	check_verdict(verify(roster, &other, NULL, &result), DANCE_DENY_MISMATCH);
	assert_true(holds(roster));
	assert_false(holds(another));
	assert_false(holds(NULL));
	dance_roster_free(roster);
	/* One that may have the same address. */
	roster = roster_of("a.example c.example", NULL);
	assert_false(holds(roster));
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_false(holds(roster));
	check_verdict(verify(NULL, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	assert_false(holds(roster));
	/* Octets of others do no harm. */
	check_verdict(verify(roster, &other, NAME, &result), DANCE_DENY_MISMATCH);
	struct basis_counts counts;
	memcpy(&counts, &result.basis, sizeof(counts));
	counts.names[0].place = CHANGE_COUNTS_PLACES;
	memcpy(&result.basis, &counts, sizeof(counts));
	assert_false(holds(roster));
	dance_roster_free(roster);
	dance_roster_free(another);
}

/* Of a server nothing holds that was given up. Of a client each answer after it counts, new or
 * not. */
static void what_was_given_up_holds_to_the_next_answer(void **state)
{
	(void)state;
	static const enum dance_role roles[] = { DANCE_CLIENT, DANCE_SERVER };
	for (int which = 0; which < 4; which++) {
		const struct dance_options options = { .size = sizeof(options),
			.role = roles[which % 2] };
		const bool listed = which / 2 == 1;
		const struct name name = named(NAME);
		publish(NAME, 60, &mine);
		struct dance_roster *roster = roster_of(NAME, &options);
		pass(60000); /* the same answer once more */
		struct basis basis;
		struct dance_basis kept;
		urcu_bp_read_lock();
		basis_begin(&basis, roster, listed);
		basis_add(&basis, &name, NULL);
		assert_true(basis.on.roster == roster->serial);
		assert_int_equal(basis.mark_count, listed ? 2 : 1);
		assert_int_not_equal(basis.on.names[0].count, basis.marks[listed].answers);
		basis_await(&basis);
		assert_int_equal(basis.on.names[0].count, basis.marks[listed].answers);
		assert_true(basis.on.counts_answers);
		bool client = roles[which % 2] == DANCE_CLIENT;
		assert_true(basis.on.roster == (client ? roster->serial : 0));
		memset(&kept, 0xff, sizeof(kept));
		basis_put(&basis, &kept);
		assert_int_equal(dance_basis_holds(roster, &kept), client);
		urcu_bp_read_unlock();
		/* Nothing stands behind the names that are there. */
		const unsigned char *octets = (const unsigned char *)&kept;
		for (size_t i = offsetof(struct basis_counts, names) +
				sizeof(basis.on.names[0]);
			i < sizeof(kept); i++) {
			assert_int_equal(octets[i], 0);
		}
		dance_roster_free(roster);
	}
}

static void what_rests_on_no_answer_holds(void **state)
{
	(void)state;
	const struct dance_peer nobody = { .size = sizeof(nobody), .chain_count = 0 };
	answer(NAME, RESOLVER_DENIED, 600, NULL);
	struct dance_roster *roster = roster_of(NAME, NULL);
	struct dance_result unreadable = { .size = sizeof(unreadable) };
	check_verdict(dance_verify(roster, &nobody, &unreadable), DANCE_DENY_CREDENTIAL);
	assert_true(dance_basis_holds(roster, &unreadable.basis));
	check_verdict(verify(roster, &mine, "b.example", &result), DANCE_DENY_NAME);
	publish(NAME, 600, &mine);
	pass(600000);
	assert_true(holds(roster));
	assert_true(dance_basis_holds(roster, &unreadable.basis));
	dance_look_again(roster, &nobody);
	dance_roster_free(roster);
}

/* What was read of the name may be older than the count is now. */
static void an_answer_before_the_name_is_added_counts(void **state)
{
	(void)state;
	struct basis basis;
	struct dance_basis put;
	struct name name = named(NAME);
	answer(NAME, RESOLVER_DENIED, 600, NULL);
	struct dance_roster *roster = roster_of(NAME, NULL);
	const struct change_counts *counts = watcher_change_counts(roster->watcher);
	const struct change_count now = change_count_read(&counts
			->places[change_counts_place(counts, name.wire, name.size)]);
	const struct change_count rows[] = { { now.answers, now.changes - 1 },
		{ now.answers - 1, now.changes }, { now.answers, now.changes } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		basis_begin(&basis, roster, false);
		assert_int_equal(basis.mark_count, 0);
		basis_add(&basis, &name, &rows[i]);
		basis_put(&basis, &put);
		assert_int_equal(dance_basis_holds(roster, &put),
			rows[i].changes == now.changes);
		assert_int_equal(change_marks_are_passed(basis.marks, basis.mark_count),
			rows[i].answers != now.answers);
	}
	dance_roster_free(roster);
}

/* It is for threads that cannot wait. */
static void to_look_again_waits_for_nothing(void **state)
{
	(void)state;
	const struct dance_peer peer = peer_of(&mine);
	publish_held("x.sub.example", 600, &mine);
	publish_held(NAME, 600, &other);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	unsigned looks = fake_clock_looks();
	dance_look_again(roster, &peer);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked("x.sub.example"), 1);
	assert_int_equal(fake_clock_looks(), looks);
	dance_roster_free(roster);
}

/* As many as a peer may claim, and one more. */
static void one_name_too_many_never_holds(void **state)
{
	(void)state;
	struct basis basis;
	struct name name = named(NAME);
	answer(NAME, RESOLVER_DENIED, 600, NULL);
	struct dance_roster *roster = roster_of(NAME, NULL);
	basis_begin(&basis, roster, true);
	for (int i = 0; i < BASIS_NAMES; i++) {
		basis_add(&basis, &name, NULL);
	}
	struct dance_basis put;
	basis_put(&basis, &put);
	assert_true(dance_basis_holds(roster, &put));
	assert_false(change_marks_are_passed(basis.marks, basis.mark_count));
	/* Octets of others do no harm: the last place behind those that are there is no place. */
	struct basis_counts forged = basis.on;
	forged.name_count++;
	memcpy(&put, &forged, sizeof(forged));
	assert_false(dance_basis_holds(roster, &put));
	basis_add(&basis, &name, NULL);
	assert_true(basis.on.roster == 0);
	basis_put(&basis, &put);
	assert_false(dance_basis_holds(roster, &put));
	pass(600000);
	assert_true(change_marks_are_passed(basis.marks, basis.mark_count));
	dance_roster_free(roster);
}

/* Of a server that there are no records may do, as long as that is not old. */
static void an_old_denial_of_a_server_never_holds(void **state)
{
	(void)state;
	struct asker asker;
	const struct dance_options options = { .size = sizeof(options),
		.role = DANCE_SERVER };
	answer(NAME, RESOLVER_DENIED, 5, NULL);
	struct dance_roster *roster = roster_of(NAME, &options);
	publish_held(NAME, 5, &mine);
	pass(20000);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(499);
	await_look();
	fake_clock_advance(1);
	check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
	assert_false(dance_basis_holds(roster, &asker.result.basis));
	fake_resolver_release(NAME);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_holds_until_dns_says_something_else),
		TEST(records_are_compared_as_they_count),
		TEST(a_record_that_comes_is_seen_in_seconds),
		TEST(trouble_counts_when_it_comes_and_goes),
		TEST(records_that_had_expired_are_new),
		TEST(names_of_strangers_do_not_matter),
		TEST(who_says_his_name_is_refused_by_that_alone),
		TEST(an_answer_that_was_awaited_is_new),
		TEST(what_never_holds),
		TEST(what_was_given_up_holds_to_the_next_answer),
		TEST(what_rests_on_no_answer_holds),
		TEST(an_answer_before_the_name_is_added_counts),
		TEST(to_look_again_waits_for_nothing),
		TEST(one_name_too_many_never_holds),
		TEST(an_old_denial_of_a_server_never_holds),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
