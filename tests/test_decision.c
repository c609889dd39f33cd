/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision that never waits: when it is undecided, when its host is woken, and what it says
 * then. That it says what dance_verify() says is for test_decision_compared.c to see. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME "a.example"
#define LATE "no answer within the timeout"
#define FULL "too many clients are waiting for lookups"

static const struct alternative_name names[] = { DNS("x.sub.example") };
static const struct alternative_name two_names[] = { DNS("x.sub.example"),
	DNS("y.sub.example") };
static struct credential mine, other, claimer, two;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ &claimer, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ &two, { .key = KEY_ED25519, .names = two_names, .name_count = ROWS(two_names) } },
	{ NULL, { 0 } },
};

struct host {
	struct dance_decision *decision;
	atomic_uint wakes;
};

static void on_wake(void *arg)
{
	struct host *host = arg;
	atomic_fetch_add(&host->wakes, 1);
}

static void begin_with(struct host *host, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id, dance_wake *wake)
{
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &certificate->whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = client_id,
		.client_id_size = client_id != NULL ? strlen(client_id) : 0 };
	atomic_store(&host->wakes, 0);
	host->decision = dance_decision_new(roster, &peer, wake, host);
	assert_non_null(host->decision);
}

static void begin(struct host *host, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id)
{
	begin_with(host, roster, certificate, client_id, on_wake);
}

static enum dance_verdict take(struct host *host)
{
	memset(&result, 0xff, sizeof(result));
	result.size = sizeof(result);
	enum dance_verdict verdict = dance_decision_take(host->decision, &result);
	assert_int_equal(verdict, result.verdict);
	return verdict;
}

static unsigned wakes(struct host *host)
{
	fake_resolver_settle();
	return atomic_load(&host->wakes);
}

static void end(struct host *host)
{
	dance_decision_free(host->decision);
	host->decision = NULL;
}

static void begin_undecided(struct host *host, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id)
{
	begin(host, roster, certificate, client_id);
	check_verdict(take(host), DANCE_UNDECIDED);
}

static void rest(void)
{
	const struct timespec moment = { 0, 200000 };
	nanosleep(&moment, NULL);
}

static void what_is_known_is_decided_at_once(void **state)
{
	(void)state;
	struct host host;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin(&host, roster, &mine, NULL);
	for (int i = 0; i < 3; i++) {
		check_verdict(take(&host), DANCE_ALLOW);
		assert_string_equal(result.name, NAME);
		assert_true(result.has_record);
	}
	end(&host);
	begin(&host, roster, &other, NULL);
	check_verdict(take(&host), DANCE_DENY_MISMATCH);
	assert_true(dance_basis_holds(roster, &result.basis));
	assert_int_equal(wakes(&host), 0);
	end(&host);
	dance_roster_free(roster);
}

static void an_answer_wakes(void **state)
{
	(void)state;
	struct host host;
	publish_held(NAME, 60, &mine);
	publish_held("b.example", 60, &other);
	struct dance_roster *roster = roster_of(NAME, NULL);
	struct dance_roster *elsewhere = roster_of("b.example", NULL);
	begin_undecided(&host, roster, &mine, NULL);
	assert_int_equal(dance_verdict_class(result.verdict), DANCE_CLASS_DENY);
	assert_false(result.has_record);
	assert_false(dance_basis_holds(roster, &result.basis));
	assert_int_equal(result.name[0], '\0');
	pass(400);
	fake_resolver_release("b.example");
	assert_int_equal(wakes(&host), 0);
	fake_resolver_release(NAME);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	pass(10000);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	end(&host);
	dance_roster_free(elsewhere);
	dance_roster_free(roster);
}

/* Below a suffix too, where the first call causes the lookup and later ones cause none. */
static void a_claim_is_looked_up_once(void **state)
{
	(void)state;
	struct host host;
	publish_held("x.sub.example", 60, &claimer);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	begin(&host, roster, &claimer, NULL);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 0);
	for (int i = 0; i < 5; i++) {
		check_verdict(take(&host), DANCE_UNDECIDED);
		pass(20);
	}
	assert_int_equal(fake_resolver_asked_all(), 1);
	assert_int_equal(wakes(&host), 0);
	fake_resolver_release("x.sub.example");
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.entry, "*.sub.example");
	assert_int_equal(fake_resolver_asked_all(), 1);
	end(&host);
	dance_roster_free(roster);
}

/* The thread sleeps for long when nothing is due: it must know of the end of this wait. */
static void the_end_of_its_time_wakes(void **state)
{
	(void)state;
	static const unsigned timeouts[][2] = { { 0, 500 }, { 40, 40 }, { 5000, 5000 } };
	publish_held(NAME, 60, &mine);
	for (size_t i = 0; i < ROWS(timeouts); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.timeout_ms = timeouts[i][0] };
		struct host host;
		struct dance_roster *roster = roster_of(NAME, &options);
		assert_true(fake_resolver_sleep() > 10000);
		begin_undecided(&host, roster, &mine, NULL);
		/* By itself: fake_resolver_settle() would wake it. */
		while (fake_resolver_sleep() > (int)timeouts[i][1]) {
			rest();
		}
		pass(timeouts[i][1] / 2);
		check_verdict(take(&host),
			DANCE_UNDECIDED); /* the time is that of the first */
		pass(timeouts[i][1] - timeouts[i][1] / 2 - 1);
		assert_int_equal(wakes(&host), 0);
		pass(1);
		assert_int_equal(wakes(&host), 1);
		check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
		assert_string_equal(result.detail, LATE);
		assert_string_equal(result.name, NAME);
		assert_true(result.has_key);
		assert_true(fake_resolver_sleep() > 10000);
		/* The next one has its own time. */
		check_verdict(take(&host), DANCE_UNDECIDED);
		pass(timeouts[i][1]);
		assert_int_equal(wakes(&host), 2);
		check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
		end(&host);
		dance_roster_free(roster);
	}
}

/* A host that is slow to call again has the verdict of then, and waits no longer. */
static void a_late_call_decides(void **state)
{
	(void)state;
	struct host host;
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin_undecided(&host, roster, &mine, NULL);
	pass(20000);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
	check_verdict(take(&host), DANCE_UNDECIDED);
	fake_resolver_release(NAME);
	assert_int_equal(wakes(&host), 2);
	pass(20000); /* its time is over, but the answer is there */
	check_verdict(take(&host), DANCE_ALLOW);
	end(&host);
	dance_roster_free(roster);
}

/* However much there is to tell. */
static void it_wakes_once_for_each_undecided(void **state)
{
	(void)state;
	struct host host;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 5000 };
	publish_held("*.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example c.example d.example",
		&options);
	begin_undecided(&host, roster, &mine, NULL);
	fake_resolver_release("a.example");
	fake_resolver_release("b.example");
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_UNDECIDED);
	check_verdict(take(&host), DANCE_UNDECIDED);
	assert_int_equal(wakes(&host), 1);
	fake_resolver_release("c.example");
	pass(10000);
	assert_int_equal(wakes(&host), 2);
	fake_resolver_release("d.example");
	assert_int_equal(wakes(&host), 2);
	check_verdict(take(&host), DANCE_DENY_MISMATCH);
	end(&host);
	dance_roster_free(roster);
}

/* A client that is known by its key may be one that comes before; in the end it is the known
 * one. */
static void an_allowed_peer_waits_for_the_name_before(void **state)
{
	(void)state;
	struct host host;
	publish_held("first.example", 60, &mine);
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of("first.example a.example", NULL);
	begin_undecided(&host, roster, &mine, NULL);
	assert_int_not_equal(result.verdict, DANCE_ALLOW);
	assert_false(result.has_record);
	pass(500);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	check_verdict(take(&host), DANCE_UNDECIDED);
	fake_resolver_release("first.example");
	assert_int_equal(wakes(&host), 2);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.name, "first.example");
	end(&host);
	dance_roster_free(roster);
}

/* What let it in has expired by the end of its time: that is the reason, as for a thread. */
static void an_allow_that_expires_meanwhile_is_none(void **state)
{
	(void)state;
	struct host host;
	struct asker asker;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 3000 };
	publish_held("first.example", 60, &mine);
	publish(NAME, 2, &mine);
	struct dance_roster *roster = roster_of("first.example a.example", &options);
	publish_held(NAME, 2, &mine);
	begin_undecided(&host, roster, &mine, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(3000);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_FAIL_NOT_READY);
	check_verdict(asker_end(&asker), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, asker.result.detail);
	end(&host);
	dance_roster_free(roster);
}

/* --- who has room ------------------------------------------------------------------------ */

static void no_more_wait_than_may(void **state)
{
	(void)state;
	struct host hosts[3], one_more;
	scene_allow_waiting(ROWS(hosts));
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t i = 0; i < ROWS(hosts); i++) {
		begin_undecided(&hosts[i], roster, &mine, NULL);
	}
	begin(&one_more, roster, &mine, NULL);
	check_verdict(take(&one_more), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, FULL);
	/* One that calls again keeps its room; one that ends gives it up. */
	check_verdict(take(&hosts[0]), DANCE_UNDECIDED);
	check_verdict(take(&one_more), DANCE_FAIL_NOT_READY);
	end(&hosts[0]);
	check_verdict(take(&one_more), DANCE_UNDECIDED);
	fake_resolver_release(NAME);
	/* Woken, they take no room. */
	publish_held("b.example", 60, &mine);
	struct dance_roster *another = roster_of("b.example", NULL);
	for (size_t i = 1; i < ROWS(hosts); i++) {
		struct host late;
		begin_undecided(&late, another, &mine, NULL);
		end(&late);
		check_verdict(take(&hosts[i]), DANCE_ALLOW);
		end(&hosts[i]);
	}
	check_verdict(take(&one_more), DANCE_ALLOW);
	end(&one_more);
	dance_roster_free(another);
	dance_roster_free(roster);
}

/* As among threads, and between threads and those that do not wait. */
static void a_crowd_makes_room(void **state)
{
	(void)state;
	struct host hosts[3], client;
	struct asker asker;
	scene_allow_waiting(ROWS(hosts));
	publish_held("*.dead.sub.example", 60, &other);
	publish_held("c.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	static const char *const dead[] = { "x.dead.sub.example", "y.dead.sub.example",
		"z.dead.sub.example" };
	for (size_t i = 0; i < ROWS(hosts); i++) {
		begin_undecided(&hosts[i], roster, &other, dead[i]);
	}
	fake_resolver_settle();
	begin_undecided(&client, roster, &mine, "c.sub.example");
	while (atomic_load(&hosts[0].wakes) == 0) {
		rest();
	}
	assert_int_equal(wakes(&hosts[0]), 1);
	assert_int_equal(wakes(&hosts[1]) + wakes(&hosts[2]), 0);
	/* Also if there is room again by then. */
	end(&client);
	check_verdict(take(&hosts[0]), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, FULL);
	assert_string_equal(result.name, "x.dead.sub.example");
	check_verdict(take(&hosts[0]), DANCE_UNDECIDED);
	/* A thread comes, and sends away the one who has waited longest. */
	asker_begin(&asker, roster, &mine, "c.sub.example");
	await_waiting(1);
	assert_int_equal(wakes(&hosts[1]), 1);
	check_verdict(take(&hosts[1]), DANCE_FAIL_NOT_READY);
	fake_resolver_release("c.sub.example");
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	for (size_t i = 0; i < ROWS(hosts); i++) {
		end(&hosts[i]);
	}
	dance_roster_free(roster);
}

static void a_thread_makes_room_too(void **state)
{
	(void)state;
	struct asker askers[2];
	struct host client;
	scene_allow_waiting(ROWS(askers));
	publish_held("*.dead.sub.example", 60, &other);
	publish_held("c.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	asker_begin(&askers[0], roster, &other, "x.dead.sub.example");
	await_waiting(1);
	asker_begin(&askers[1], roster, &other, "y.dead.sub.example");
	await_waiting(2);
	begin_undecided(&client, roster, &mine, "c.sub.example");
	check_verdict(asker_end(&askers[0]), DANCE_FAIL_NOT_READY);
	assert_string_equal(askers[0].result.detail, FULL);
	fake_resolver_release("*.dead.sub.example");
	fake_clock_advance(500);
	check_verdict(asker_end(&askers[1]), DANCE_FAIL_TIMEOUT);
	fake_resolver_release("c.sub.example");
	check_verdict(take(&client), DANCE_ALLOW);
	end(&client);
	dance_roster_free(roster);
}

/* --- its end ----------------------------------------------------------------------------- */

static void freed_it_wakes_nobody(void **state)
{
	(void)state;
	struct host hosts[3];
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t i = 0; i < ROWS(hosts); i++) {
		begin_undecided(&hosts[i], roster, &mine, NULL);
	}
	end(&hosts[1]);
	fake_resolver_release(NAME);
	assert_int_equal(wakes(&hosts[1]), 0);
	assert_int_equal(wakes(&hosts[0]), 1);
	assert_int_equal(wakes(&hosts[2]), 1);
	end(&hosts[0]);
	check_verdict(take(&hosts[2]), DANCE_ALLOW);
	end(&hosts[2]);
	begin(&hosts[0], roster, &mine, NULL); /* never asked */
	end(&hosts[0]);
	dance_decision_free(NULL);
	dance_roster_free(roster);
}

static atomic_bool wake_runs, wake_may_end, was_freed;

static void on_long_wake(void *arg)
{
	atomic_store(&wake_runs, true);
	while (!atomic_load(&wake_may_end)) {
		rest();
	}
	on_wake(arg);
}

static void *free_it(void *arg)
{
	struct host *host = arg;
	end(host);
	atomic_store(&was_freed, true);
	return NULL;
}

static void *settle(void *arg)
{
	fake_resolver_release(NAME);
	return arg;
}

/* In whatever state the host left it: it may have called again in the meantime. */
static void to_free_it_waits_for_a_wake_that_runs(void **state)
{
	(void)state;
	for (int again = 0; again < 2; again++) {
		struct host host;
		pthread_t freer, settler;
		publish_held(NAME, 60, &mine);
		struct dance_roster *roster = roster_of(NAME, NULL);
		atomic_store(&wake_runs, false);
		atomic_store(&wake_may_end, false);
		atomic_store(&was_freed, false);
		begin_with(&host, roster, &mine, NULL, on_long_wake);
		check_verdict(take(&host), DANCE_UNDECIDED);
		assert_int_equal(pthread_create(&settler, NULL, settle, NULL), 0);
		while (!atomic_load(&wake_runs)) {
			rest();
		}
		/* Nobody else is kept waiting by it. */
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		if (again) {
			check_verdict(take(&host), DANCE_ALLOW);
		}
		assert_int_equal(pthread_create(&freer, NULL, free_it, &host), 0);
		for (int i = 0; i < 50; i++) {
			assert_false(atomic_load(&was_freed));
			rest();
		}
		atomic_store(&wake_may_end, true);
		pthread_join(freer, NULL);
		pthread_join(settler, NULL);
		assert_int_equal(atomic_load(&host.wakes), 1);
		dance_roster_free(roster);
	}
}

/* --- threads ----------------------------------------------------------------------------- */

#define LOOPS 3
#define EACH 6
#define MS_DEFAULT 600

static atomic_bool stop;
static atomic_uint decided, woken, wrong;

/* As an event loop has it: many decisions, one thread, and wakes that come from another one. */
static void *loop(void *arg)
{
	static const char *const ids[] = { NULL, NAME, "x.sub.example" };
	struct dance_roster *roster = arg;
	struct host hosts[EACH];
	unsigned seen[EACH];
	memset(hosts, 0, sizeof(hosts));
	for (unsigned i = 0; !atomic_load(&stop); i++) {
		struct dance_result said = { .size = sizeof(said) };
		unsigned at = i % EACH;
		struct host *host = &hosts[at];
		if (host->decision == NULL) {
			begin(host, roster, i % 5 == 0 ? &claimer : &mine,
				ids[i / EACH % ROWS(ids)]);
			seen[at] = 0;
		} else if (atomic_load(&host->wakes) == seen[at] && i % 7 != 0) {
			rest();
			continue;
		}
		seen[at] = atomic_load(&host->wakes);
		enum dance_verdict verdict = dance_decision_take(host->decision, &said);
		atomic_fetch_add(&wrong, verdict != said.verdict);
		atomic_fetch_add(&wrong, verdict == DANCE_FAIL_INTERNAL);
		if (verdict != DANCE_UNDECIDED) {
			atomic_fetch_add(&decided, 1);
			atomic_fetch_add(&woken, atomic_load(&host->wakes) > 0);
		}
		if (verdict != DANCE_UNDECIDED ? i % 2 == 0 : i % 11 == 0) {
			end(host);
		}
	}
	for (unsigned i = 0; i < EACH; i++) {
		end(&hosts[i]);
	}
	return NULL;
}

static uint64_t real_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* DANCE_THREADS_MS says for how long. */
static void they_come_and_go_while_all_changes(void **state)
{
	(void)state;
	const char *text = getenv("DANCE_THREADS_MS");
	unsigned long ms = text != NULL ? strtoul(text, NULL, 10) : MS_DEFAULT;
	pthread_t threads[LOOPS];
	publish_held("*.example", 1, &claimer);
	struct dance_roster *roster = roster_of("a.example b.example *.sub.example", NULL);
	atomic_store(&stop, false);
	for (unsigned i = 0; i < LOOPS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, loop, roster), 0);
	}
	uint64_t until = real_ms() + ms;
	for (unsigned i = 0; real_ms() < until || i < 60; i++) {
		static const char *const released[] = { NAME, "x.sub.example",
			"b.example" };
		publish_held(NAME, 1, i % 2 == 0 ? &mine : &other);
		fake_resolver_release(released[i % ROWS(released)]);
		fake_clock_advance(i % 4 == 0 ? 600 : 50);
		rest();
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < LOOPS; i++) {
		pthread_join(threads[i], NULL);
	}
	dance_roster_free(roster);
	assert_int_equal(atomic_load(&wrong), 0);
	assert_true(atomic_load(&decided) > 0);
	assert_true(atomic_load(&woken) > 0);
}

/* --- odd hosts --------------------------------------------------------------------------- */

static void what_dance_verify_refuses_is_refused(void **state)
{
	(void)state;
	struct host host;
	struct dance_peer peer = { .size = 1 };
	struct dance_result unset = { .size = 0, .verdict = DANCE_DENY_CHAIN };
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin(&host, NULL, &mine, NULL);
	check_verdict(take(&host), DANCE_FAIL_NOT_READY);
	end(&host);
	host.decision = dance_decision_new(roster, &peer, on_wake, &host);
	check_verdict(take(&host), DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "struct dance_peer: its size is not set");
	end(&host);
	peer.size = sizeof(peer);
	host.decision = dance_decision_new(roster, &peer, on_wake, &host);
	check_verdict(take(&host), DANCE_DENY_CREDENTIAL);
	end(&host);
	begin(&host, roster, &mine, NULL);
	check_verdict(dance_decision_take(host.decision, &unset), DANCE_FAIL_INTERNAL);
	check_verdict(unset.verdict, DANCE_DENY_CHAIN);
	end(&host);
	/* The struct is copied: it may go. */
	publish_held("b.example", 60, &mine);
	struct dance_roster *another = roster_of("b.example", NULL);
	begin_with(&host, another, &mine, NULL, NULL);
	check_verdict(take(&host), DANCE_UNDECIDED);
	fake_resolver_release("b.example");
	assert_int_equal(wakes(&host), 0);
	check_verdict(take(&host), DANCE_ALLOW);
	end(&host);
	dance_roster_free(another);
	dance_roster_free(roster);
}

/* One of two names is known and forgotten, the answer on the other one does not come. */
static void a_name_that_was_forgotten_meanwhile_is_late_too(void **state)
{
	(void)state;
	const struct dance_context_options small = { .remembered = 1 };
	struct host host;
	scene_limit(&small);
	answer("x.sub.example", RESOLVER_DENIED, 60, NULL);
	publish_held("y.sub.example", 60, &two);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	begin_undecided(&host, roster, &two, NULL);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_UNDECIDED);
	pass(500);
	assert_int_equal(wakes(&host), 2);
	check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
	assert_string_equal(result.detail, LATE);
	assert_int_equal(fake_resolver_asked("x.sub.example"), 1);
	end(&host);
	dance_roster_free(roster);
}

/* Thousands may be under way. */
static void it_is_small(void **state)
{
	(void)state;
	struct host host;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin(&host, roster, &mine, NULL);
	assert_true(malloc_usable_size(host.decision) <= 512);
	end(&host);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_known_is_decided_at_once),
		TEST(an_answer_wakes),
		TEST(a_claim_is_looked_up_once),
		TEST(the_end_of_its_time_wakes),
		TEST(a_late_call_decides),
		TEST(it_wakes_once_for_each_undecided),
		TEST(an_allowed_peer_waits_for_the_name_before),
		TEST(an_allow_that_expires_meanwhile_is_none),
		TEST(no_more_wait_than_may),
		TEST(a_crowd_makes_room),
		TEST(a_thread_makes_room_too),
		TEST(freed_it_wakes_nobody),
		TEST(to_free_it_waits_for_a_wake_that_runs),
		TEST(they_come_and_go_while_all_changes),
		TEST(what_dance_verify_refuses_is_refused),
		TEST(a_name_that_was_forgotten_meanwhile_is_late_too),
		TEST(it_is_small),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
