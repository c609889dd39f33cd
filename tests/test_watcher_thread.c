/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The watcher's thread, seen from its own functions: when it starts, when it is woken and for how
 * long it sleeps, who waits, and how many leave at a time. */

#include "check.h"
#include "fake_clock.h"
#include "fake_resolver.h"
#include "freshness.h"
#include "named.h"
#include "watcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#define NOW 1000000
#define MEMBER_MAX (2 * WATCHER_PART_MAX + 100)
#define WAITING_MAX 8 /* where the host sets no other number */

static struct watcher *watcher;
static struct key_index *index_of_all;
static struct key_index_member members[MEMBER_MAX];

/* --- what the linker sends here ------------------------------------------------------------ */

static bool no_thread;
static unsigned starts; /* tries */
static atomic_uint wakes, leaves_at_once, leaves_most, rounds;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *arg), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *arg), void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*start)(void *arg), void *arg)
{
	starts++;
	return no_thread ? EAGAIN : __real_pthread_create(thread, attributes, start, arg);
}

void __real_resolver_wake(struct resolver *resolver);
void __wrap_resolver_wake(struct resolver *resolver);

void __wrap_resolver_wake(struct resolver *resolver)
{
	atomic_fetch_add(&wakes, 1);
	__real_resolver_wake(resolver);
}

void __real_membership_leave(struct owners *owners, struct key_index_member *member);
void __wrap_membership_leave(struct owners *owners, struct key_index_member *member);

void __wrap_membership_leave(struct owners *owners, struct key_index_member *member)
{
	unsigned count = atomic_fetch_add(&leaves_at_once, 1) + 1;
	if (count > atomic_load(&leaves_most)) {
		atomic_store(&leaves_most, count);
	}
	__real_membership_leave(owners, member);
}

void __real_resolver_wait(struct resolver *resolver, int timeout_ms);
void __wrap_resolver_wait(struct resolver *resolver, int timeout_ms);

void __wrap_resolver_wait(struct resolver *resolver, int timeout_ms)
{
	if (atomic_exchange(&leaves_at_once, 0) > 0) {
		atomic_fetch_add(&rounds, 1);
	}
	__real_resolver_wait(resolver, timeout_ms);
}

static bool no_memory;

bool __real_membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due);
bool __wrap_membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due);

bool __wrap_membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due)
{
	return !no_memory &&
		__real_membership_add(membership, owners, publisher, name, due);
}

struct owner *__real_owners_get(struct owners *owners, const struct name *name);
struct owner *__wrap_owners_get(struct owners *owners, const struct name *name);

struct owner *__wrap_owners_get(struct owners *owners, const struct name *name)
{
	return no_memory ? NULL : __real_owners_get(owners, name);
}

/* What nobody finds any more is freed when those who may still see it are gone. */
static bool waited;
static unsigned freed;

struct owner *__real_owners_take_gone(struct owners *owners);
struct owner *__wrap_owners_take_gone(struct owners *owners);

struct owner *__wrap_owners_take_gone(struct owners *owners)
{
	waited = false;
	return __real_owners_take_gone(owners);
}

void __real_urcu_bp_synchronize_rcu(void);
void __wrap_urcu_bp_synchronize_rcu(void);

void __wrap_urcu_bp_synchronize_rcu(void)
{
	waited = true;
	__real_urcu_bp_synchronize_rcu();
}

void __real_owners_free_gone(struct owner *gone);
void __wrap_owners_free_gone(struct owner *gone);

void __wrap_owners_free_gone(struct owner *gone)
{
	if (gone != NULL) {
		assert_true(waited);
		freed++;
	}
	__real_owners_free_gone(gone);
}

/* --- the scene ----------------------------------------------------------------------------- */

static struct {
	enum dance_log_level level;
	char text[DANCE_LINE_SIZE];
} last_line;
static unsigned line_count;
static sigset_t blocked;
static int told;

static void keep_line(void *arg, enum dance_log_level level, const char *line)
{
	assert_ptr_equal(arg, &told);
	if (level == DANCE_LOG_DEBUG) {
		return; /* of a name */
	}
	last_line.level = level;
	snprintf(last_line.text, sizeof(last_line.text), "%s", line);
	line_count++;
}

static void note_signals(void *arg)
{
	assert_ptr_equal(arg, &told);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
}

static void make(struct dance_context_options options)
{
	options.size = sizeof(options);
	options.arg = &told;
	watcher = watcher_new(&options);
	assert_non_null(watcher);
}

static int begin(void **state)
{
	(void)state;
	fake_resolver_reset();
	fake_clock_set(NOW);
	no_thread = no_memory = false;
	starts = line_count = 0;
	atomic_store(&wakes, 0);
	atomic_store(&leaves_most, 0);
	atomic_store(&rounds, 0);
	index_of_all = key_index_new(MEMBER_MAX);
	make((struct dance_context_options){ .log = keep_line });
	return index_of_all != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	watcher_free(watcher);
	key_index_free(index_of_all);
	return 0;
}

static void make_anew(struct dance_context_options options)
{
	watcher_free(watcher);
	make(options);
}

static void start(void)
{
	watcher_start(watcher);
	fake_resolver_settle();
}

static void join(struct key_index_member *member, const char *text, uint32_t rank)
{
	struct name name = named(text);
	assert_int_equal(watcher_join(watcher, &name, index_of_all, member, rank), 0);
}

static void answers(const char *name, enum resolver_outcome outcome, bool held)
{
	static const unsigned char digest[32];
	static const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
	const struct fake_answer answer = { .outcome = outcome,
		.records = &record,
		.count = outcome == RESOLVER_SECURE,
		.ttl = 3600,
		.held = held };
	fake_resolver_set(name, &answer);
}

/* How often was the thread woken since the last time that was asked? */
static unsigned woken(void)
{
	return atomic_exchange(&wakes, 0);
}

/* --- when it starts ------------------------------------------------------------------------ */

static void it_is_tried_again_after_a_second(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_SECURE, false);
	join(&members[0], "a.example", 0);
	no_thread = true;
	watcher_start(watcher);
	assert_false(watcher_runs(watcher));
	assert_int_equal(line_count, 1);
	assert_int_equal(last_line.level, DANCE_LOG_ERROR);
	assert_string_equal(last_line.text,
		"no lookup is possible (no thread can be started: Resource temporarily "
		"unavailable); do: raise TasksMax; until then every client is refused");
	fake_clock_advance(WATCHER_START_AGAIN_MS - 1);
	watcher_start(watcher);
	assert_int_equal(starts, 1);
	fake_clock_advance(1);
	watcher_start(watcher);
	assert_int_equal(starts, 2);
	fake_clock_advance(WATCHER_START_AGAIN_MS - 1);
	no_thread = false;
	watcher_start(watcher);
	assert_int_equal(starts, 2);
	assert_int_equal(line_count, 1);
	assert_int_equal(woken(), 0);
	fake_clock_advance(1);
	start();
	assert_int_equal(starts, 3);
	assert_true(watcher_runs(watcher));
	assert_int_equal(line_count, 2);
	assert_int_equal(last_line.level, DANCE_LOG_NOTICE);
	assert_string_equal(last_line.text, "the lookup thread has started");
	assert_int_equal(woken(), 1);
	fake_clock_advance(WATCHER_START_AGAIN_MS);
	start();
	assert_int_equal(starts, 3);
	assert_int_equal(fake_resolver_asked("a.example"), 1);
	watcher_leave(watcher, &members[0]);
}

/* It is woken for whoever is new, and told nothing if nobody listens. */
static void it_is_woken_for_what_is_new(void **state)
{
	(void)state;
	answers("*.example", RESOLVER_SECURE, false);
	start();
	assert_int_equal(woken(), 1);
	assert_int_equal(line_count, 0);
	start();
	assert_int_equal(woken(), 0);
	join(&members[0], "a.example", 0);
	assert_int_equal(woken(), 0);
	start();
	assert_int_equal(woken(), 1);
	start();
	assert_int_equal(woken(), 0);
	watcher_leave(watcher, &members[0]);
	make_anew((struct dance_context_options){ .log = NULL });
	watcher_free(NULL);
	no_thread = true;
	watcher_start(watcher);
	assert_false(watcher_runs(watcher));
}

/* Signals are the host's, but for those that a fault of the thread itself raises. */
static void it_takes_no_signals(void **state)
{
	(void)state;
	sigset_t before, after;
	make_anew((struct dance_context_options){ .thread_begin = note_signals });
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	start();
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_false(sigismember(&after, SIGTERM));
	for (int number = 1; number < 32; number++) {
		bool own = number == SIGBUS || number == SIGFPE || number == SIGILL ||
			number == SIGSEGV || number == SIGKILL || number == SIGSTOP;
		assert_int_equal(sigismember(&blocked, number), own ? 0 : 1);
		assert_int_equal(sigismember(&after, number), sigismember(&before, number));
	}
}

/* --- who leaves ---------------------------------------------------------------------------- */

static atomic_uint over_count;
static const struct watcher_parting *over_last;

static void on_over(struct watcher_parting *parting)
{
	/* It holds no lock. */
	watcher_set_max_waiting(watcher, WAITING_MAX);
	over_last = parting;
	atomic_fetch_add(&over_count, 1);
}

static struct watcher_parting part(struct key_index_member *first, size_t count)
{
	return (struct watcher_parting){ .members = first, .count = count, .over = on_over };
}

static void many_leave_some_at_a_time(void **state)
{
	(void)state;
	static const struct {
		size_t count;
		unsigned most, rounds;
	} rows[] = {
		{ 1, 1, 1 },
		{ WATCHER_PART_MAX - 1, WATCHER_PART_MAX - 1, 1 },
		{ WATCHER_PART_MAX, WATCHER_PART_MAX, 1 },
		{ WATCHER_PART_MAX + 1, WATCHER_PART_MAX, 2 },
		{ MEMBER_MAX, WATCHER_PART_MAX, 3 },
	};
	answers("*.example", RESOLVER_DENIED, false);
	start();
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (uint32_t j = 0; j < rows[i].count; j++) {
			char text[32];
			snprintf(text, sizeof(text), "n%u.example", j);
			join(&members[j], text, j);
		}
		start();
		atomic_store(&over_count, 0);
		atomic_store(&leaves_most, 0);
		atomic_store(&rounds, 0);
		struct watcher_parting parting = part(members, rows[i].count);
		(void)woken();
		assert_true(watcher_part(watcher, &parting));
		assert_int_equal(woken(), 1);
		fake_resolver_settle();
		assert_int_equal(atomic_load(&over_count), 1);
		assert_int_equal(atomic_load(&leaves_most), rows[i].most);
		assert_int_equal(atomic_load(&rounds), rows[i].rounds);
		assert_false(key_index_has(index_of_all, KEY_INDEX_NAME));
	}
}

/* In their order; the last ones when the watcher goes. */
static void partings_end_in_their_order(void **state)
{
	(void)state;
	answers("*.example", RESOLVER_DENIED, false);
	struct watcher_parting none = part(NULL, 0), first = part(&members[0], 1),
			       second = part(&members[1], 1);
	assert_false(watcher_part(watcher, &none));
	assert_int_equal(woken(), 0);
	join(&members[0], "a.example", 0);
	join(&members[1], "b.example", 1);
	start();
	atomic_store(&over_count, 0);
	assert_true(watcher_part(watcher, &none));
	assert_true(watcher_part(watcher, &first));
	assert_true(watcher_part(watcher, &second));
	fake_resolver_settle();
	assert_int_equal(atomic_load(&over_count), 3);
	assert_ptr_equal(over_last, &second);
	for (uint32_t i = 0; i < MEMBER_MAX; i++) {
		char text[32];
		snprintf(text, sizeof(text), "n%u.example", i);
		join(&members[i], text, i);
	}
	struct watcher_parting all = part(members, MEMBER_MAX);
	assert_true(watcher_part(watcher, &all));
	make_anew((struct dance_context_options){ .log = keep_line });
	assert_int_equal(atomic_load(&over_count), 4);
	assert_false(key_index_has(index_of_all, KEY_INDEX_NAME));
}

static void who_is_gone_is_freed_when_nobody_reads(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_DENIED, false);
	join(&members[0], "a.example", 0);
	start();
	freed = 0;
	watcher_leave(watcher, &members[0]);
	fake_resolver_settle();
	assert_int_equal(freed, 1);
}

static void without_memory_nobody_joins(void **state)
{
	(void)state;
	const struct name name = named("a.example");
	struct membership lists;
	assert_true(membership_begin(&lists, index_of_all, 0, 1, NULL, 0));
	no_memory = true;
	assert_int_equal(watcher_join(watcher, &name, index_of_all, &members[0], 0), -1);
	assert_int_equal(watcher_join_list(watcher, &lists, &name), -1);
	no_memory = false;
	assert_int_equal(watcher_join_list(watcher, &lists, &name), 0);
	watcher_leave_lists(watcher, &lists);
	membership_clear(&lists);
}

/* --- claims and nudges ---------------------------------------------------------------------- */

static struct owner *claim(const char *text, bool under_way, const char *refusal)
{
	const struct name name = named(text), suffix = named("example");
	struct watcher_view view = { .under_way = !under_way };
	const char *why = NULL;
	urcu_bp_read_lock();
	struct owner *owner = watcher_claim(watcher, &name, &suffix, &view, &why);
	urcu_bp_read_unlock();
	assert_int_equal(view.under_way, under_way);
	assert_int_equal(owner == NULL, refusal != NULL);
	if (refusal != NULL) {
		assert_string_equal(why, refusal);
	}
	return owner;
}

static void a_claim_wakes_it_once(void **state)
{
	(void)state;
	claim("a.example", false, "no thread can be started for lookups");
	start();
	(void)woken();
	answers("a.example", RESOLVER_SECURE, true);
	struct owner *owner = claim("a.example", true, NULL);
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_ptr_equal(claim("a.example", true, NULL), owner);
	assert_int_equal(woken(), 0);
	assert_int_equal(owner->list, OWNERS_WITHOUT_RECORDS);
	fake_resolver_release("a.example");
	assert_int_equal(owner->list, OWNERS_WITH_RECORDS);
	/* Its claim of before counts for the lookup to come; the next one takes no lock. */
	assert_int_equal(owner->claimed, 0);
	assert_ptr_equal(claim("a.example", false, NULL), owner);
	assert_int_equal(owner->claimed, 1);
	(void)woken();
	assert_ptr_equal(claim("a.example", false, NULL), owner);
	assert_int_equal(woken(), 0);
	assert_int_equal(fake_resolver_asked("a.example"), 1);
}

/* So many claims that the first one has lost its place while it was looked up. */
static void a_claim_gets_its_place_back(void **state)
{
	(void)state;
	make_anew((struct dance_context_options){ .remembered = 2 });
	start();
	for (unsigned i = 0; i < 4; i++) {
		char text[] = "a.example";
		text[0] = (char)('a' + i);
		answers(text, i == 0 ? RESOLVER_SECURE : RESOLVER_DENIED, true);
		(void)claim(text, true, NULL);
	}
	fake_resolver_settle();
	fake_resolver_release("a.example");
	struct owner *owner = claim("a.example", false, NULL);
	assert_int_equal(fake_resolver_asked("a.example"), 1);
	assert_int_equal(owner->list, OWNERS_WITH_RECORDS);
	fake_resolver_release("b.example");
	fake_resolver_release("c.example");
	fake_resolver_release("d.example");
}

static void a_nudge_brings_the_lookup_forward(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_SECURE, false);
	join(&members[0], "a.example", 0);
	struct owner *owner = members[0].owner;
	watcher_nudge(watcher, owner); /* it is due anyway */
	assert_true(owner->due <= NOW);
	start();
	(void)woken();
	assert_true(owner->due > NOW + FRESHNESS_NUDGE_MS);
	watcher_nudge(watcher, owner);
	assert_int_equal(owner->due, NOW + FRESHNESS_NUDGE_MS);
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_sleep(), FRESHNESS_NUDGE_MS);
	watcher_nudge(watcher, owner);
	assert_int_equal(woken(), 0);
	/* Not while it is looked up, nor if nobody finds it any more. */
	answers("a.example", RESOLVER_SECURE, true);
	fake_clock_advance(FRESHNESS_NUDGE_MS);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), 1);
	watcher_nudge(watcher, owner);
	assert_int_equal(woken(), 0);
	assert_int_equal(owner->place, 0);
	fake_resolver_release("a.example");
	owner->gone = true;
	watcher_nudge(watcher, owner);
	owner->gone = false;
	assert_int_equal(woken(), 0);
	watcher_leave(watcher, &members[0]);
	fake_resolver_settle();
}

/* A name that nobody lists has no next lookup, and gets one; without a thread it has to wait. */
static void a_nudge_of_what_is_not_due(void **state)
{
	(void)state;
	answers("a.example", RESOLVER_DENIED, false);
	start();
	struct owner *owner = claim("a.example", true, NULL);
	fake_resolver_settle();
	(void)woken();
	assert_int_equal(owner->place, 0);
	watcher_nudge(watcher, owner);
	assert_int_equal(owner->due, NOW + FRESHNESS_NUDGE_MS);
	assert_int_equal(woken(), 1);
}

/* --- who waits ------------------------------------------------------------------------------ */

static struct change_count counts[2];
static const struct change_mark marks[] = { { &counts[0], 0 }, { &counts[1], 0 } };
static atomic_uint calls;

static void on_wake(void *arg)
{
	(void)arg;
	watcher_set_max_waiting(watcher, WAITING_MAX); /* it holds no lock */
	atomic_fetch_add(&calls, 1);
}

static struct waiter until(uint64_t moment)
{
	return (struct waiter){
		.wake = on_wake, .until = moment, .marks = marks, .mark_count = 1
	};
}

static bool call(struct waiter *waiter, const char *domain, enum dance_verdict verdict,
	const char *refusal)
{
	const struct name name = named(domain);
	enum dance_verdict why_not = DANCE_ALLOW;
	const char *why = "";
	bool waits = watcher_call(watcher, waiter, &name, false, &why_not, &why);
	assert_string_equal(waits ? "" : why, refusal);
	if (!waits) {
		check_verdict(why_not, verdict);
	}
	return waits;
}

static void who_waits_is_woken_in_time(void **state)
{
	(void)state;
	struct waiter late = until(NOW + 400), later = until(NOW + 401),
		      soon = until(NOW + 300), over = until(NOW);
	counts[0] = (struct change_count){ 0 };
	atomic_store(&calls, 0);
	assert_false(call(&late, "a.example", DANCE_FAIL_NOT_READY,
		"no thread can be started for lookups"));
	start();
	(void)woken();
	assert_true(call(&late, "a.example", 0, ""));
	assert_int_equal(woken(), 1);
	assert_true(call(&later, "a.example", 0, ""));
	assert_int_equal(woken(), 0);
	assert_true(call(&soon, "a.example", 0, ""));
	assert_int_equal(woken(), 1);
	assert_false(call(&over, "a.example", DANCE_FAIL_TIMEOUT,
		"no answer within the timeout"));
	fake_resolver_settle();
	assert_int_equal(fake_resolver_sleep(), 300);
	fake_clock_advance(299);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 0);
	assert_int_equal(fake_resolver_sleep(), 1);
	fake_clock_advance(1);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 1);
	watcher_call_off(watcher, &late);
	watcher_forget(watcher, &later);
	fake_clock_advance(1000);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 1);
	assert_int_equal(fake_resolver_sleep(), WATCHER_SLEEP_MAX_MS);

	/* An answer that has come meanwhile wakes it at once. */
	counts[0].answers = 1;
	struct waiter passed = until(NOW + 10000);
	(void)woken();
	assert_true(call(&passed, "a.example", 0, ""));
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 2);
}

/* Far before its time is over. */
static void an_answer_wakes_who_waits_for_it(void **state)
{
	(void)state;
	const struct name name = named("a.example");
	const struct change_counts *all = watcher_change_counts(watcher);
	const struct change_count *count =
		&all->places[change_counts_place(all, name.wire, name.size)];
	const struct change_mark mark = { count, count->answers };
	struct waiter waiter = until(NOW + 10000);
	waiter.marks = &mark;
	answers("a.example", RESOLVER_SECURE, true);
	join(&members[0], "a.example", 0);
	start();
	atomic_store(&calls, 0);
	assert_true(call(&waiter, "a.example", 0, ""));
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 0);
	fake_clock_advance(1);
	fake_resolver_release("a.example");
	assert_int_equal(atomic_load(&calls), 1);
	watcher_leave(watcher, &members[0]);
}

static void so_many_wait_and_no_more(void **state)
{
	(void)state;
	struct waiter all[WAITING_MAX + 2];
	counts[0] = (struct change_count){ 0 };
	atomic_store(&calls, 0);
	start();
	for (size_t i = 0; i < ROWS(all); i++) {
		char domain[] = "a.example";
		domain[0] = (char)('a' + (i < 2 ? 0 : i));
		all[i] = until(NOW + 500);
		if (i < WAITING_MAX) {
			assert_true(call(&all[i], domain, 0, ""));
		}
	}
	/* Of the domain for which two wait the first makes room, and cannot wait again. */
	(void)woken();
	assert_true(call(&all[WAITING_MAX], "y.example", 0, ""));
	assert_int_equal(woken(), 1);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&calls), 1);
	assert_true(all[0].sent_away);
	assert_false(call(&all[0], "a.example", DANCE_FAIL_NOT_READY,
		"too many clients are waiting for lookups"));
	assert_false(call(&all[WAITING_MAX + 1], "z.example", DANCE_FAIL_NOT_READY,
		"too many clients are waiting for lookups"));
	watcher_set_max_waiting(watcher, WAITING_MAX + 1);
	assert_true(call(&all[WAITING_MAX + 1], "z.example", 0, ""));
	for (size_t i = 0; i < ROWS(all); i++) {
		watcher_call_off(watcher, &all[i]);
	}
}

/* A thread that waits: for as long as it may, or until one of its marks is passed. */
static void a_thread_waits_no_longer_than_it_may(void **state)
{
	(void)state;
	const struct name name = named("a.example");
	enum dance_verdict verdict;
	const char *why;
	counts[0] = counts[1] = (struct change_count){ 0 };
	assert_false(watcher_wait(watcher, marks, 2, NOW + 10, &name, false, &verdict,
		&why));
	check_verdict(verdict, DANCE_FAIL_NOT_READY);
	start();
	fake_clock_set_pace(4);
	assert_false(watcher_wait(watcher, marks, 2, NOW + 10, &name, false, &verdict,
		&why));
	fake_clock_set_pace(0);
	check_verdict(verdict, DANCE_FAIL_TIMEOUT);
	assert_string_equal(why, "no answer within the timeout");
	counts[1].answers = 1;
	assert_true(watcher_wait(watcher, marks, 2, NOW + 100, &name, false, &verdict,
		&why));
	/* The time comes first. */
	fake_clock_set(NOW + 100);
	assert_false(watcher_wait(watcher, marks, 2, NOW + 100, &name, false, &verdict,
		&why));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_tried_again_after_a_second),
		TEST(it_is_woken_for_what_is_new),
		TEST(it_takes_no_signals),
		TEST(many_leave_some_at_a_time),
		TEST(partings_end_in_their_order),
		TEST(who_is_gone_is_freed_when_nobody_reads),
		TEST(without_memory_nobody_joins),
		TEST(a_claim_wakes_it_once),
		TEST(a_claim_gets_its_place_back),
		TEST(a_nudge_brings_the_lookup_forward),
		TEST(a_nudge_of_what_is_not_due),
		TEST(who_waits_is_woken_in_time),
		TEST(an_answer_wakes_who_waits_for_it),
		TEST(so_many_wait_and_no_more),
		TEST(a_thread_waits_no_longer_than_it_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
