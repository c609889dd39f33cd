/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a ruling does until there is a decision, step by step: whom it asks, in what order, and
 * which runtime it holds. What a decision says is made up here. */

#include "called.h"
#include "check.h"
#include "ruling.h"
#include "workers.h"

#include <stdlib.h>
#include <string.h>

#define call(what) called_add(" ", (what))

/* --- what stands around it ----------------------------------------------------------------- */

static char id[] = "xot";
static struct conf_front conf = { .id = id };
static struct front fronts[2] = { { .conf = &conf }, { .conf = &conf } };
static struct runtime runtimes[2] = { { .fronts = &fronts[0] }, { .fronts = &fronts[1] } };
static struct connection connection;
static struct ruling ruling;
static int owner, work_arg; /* whose addresses it passes on */

static struct runtime *in_force;
static enum dance_verdict found, judged; /* without a decision, and by one */
static bool is_cheap, no_memory;
static char jobs; /* whose address is that of the threads */

struct runtime *__wrap_runtime_current(void);
struct runtime *__wrap_runtime_current(void)
{
	in_force->users++;
	return in_force;
}

void __wrap_runtime_release(struct runtime *runtime);
void __wrap_runtime_release(struct runtime *runtime)
{
	if (runtime != NULL) {
		assert_int_not_equal(runtime->users, 0);
		runtime->users--;
	}
}

struct front *__wrap_runtime_front(const struct runtime *runtime, const char *of);
struct front *__wrap_runtime_front(const struct runtime *runtime, const char *of)
{
	assert_string_equal(of, "xot");
	return runtime->fronts;
}

static void say(struct dance_result *result, enum dance_verdict verdict)
{
	assert_int_equal(result->size, sizeof(*result));
	result->verdict = verdict;
}

enum dance_verdict __wrap_judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result);
enum dance_verdict __wrap_judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result)
{
	call("find");
	assert_ptr_equal(judgement, &ruling.judgement);
	assert_ptr_equal(runtime, in_force);
	assert_ptr_equal(front, in_force->fronts);
	say(result, found);
	return found;
}

static const struct front *judged_for;

enum dance_verdict __wrap_judgement_go_on(struct judgement *judgement,
	const struct front *front, struct loop_call *wake, struct dance_result *result);
enum dance_verdict __wrap_judgement_go_on(struct judgement *judgement,
	const struct front *front, struct loop_call *wake, struct dance_result *result)
{
	call("judge");
	assert_ptr_equal(judgement, &ruling.judgement);
	assert_ptr_equal(wake, &ruling.news);
	judged_for = front;
	say(result, judged);
	return judged;
}

bool __wrap_judgement_is_cheap(const struct judgement *judgement);
bool __wrap_judgement_is_cheap(const struct judgement *judgement)
{
	assert_ptr_equal(judgement, &ruling.judgement);
	return is_cheap;
}

void __wrap_judgement_begin(struct judgement *judgement);
void __wrap_judgement_begin(struct judgement *judgement)
{
	assert_ptr_equal(judgement, &ruling.judgement);
	call("begin");
}

void __wrap_judgement_drop(struct judgement *judgement);
void __wrap_judgement_drop(struct judgement *judgement)
{
	assert_ptr_equal(judgement, &ruling.judgement);
	call("drop");
}

void __wrap_judgement_clear(struct judgement *judgement);
void __wrap_judgement_clear(struct judgement *judgement)
{
	assert_ptr_equal(judgement, &ruling.judgement);
	call("clear");
}

void __wrap_loop_cancel(struct loop_call *loop_call);
void __wrap_loop_cancel(struct loop_call *loop_call)
{
	assert_ptr_equal(loop_call, &ruling.news);
	call("cancel");
}

struct jobs *__wrap_workers_handshakes(void);
struct jobs *__wrap_workers_handshakes(void)
{
	return (struct jobs *)(void *)&jobs;
}

static void (*sent)(void *arg, bool able);

void __wrap_errand_send(struct errand *errand, struct jobs *threads,
	void (*work)(void *arg, bool able), bool urgent);
void __wrap_errand_send(struct errand *errand, struct jobs *threads,
	void (*work)(void *arg, bool able), bool urgent)
{
	assert_ptr_equal(errand, &ruling.errand);
	assert_ptr_equal(threads, &jobs);
	assert_false(errand->out);
	call(urgent ? "send-urgent" : "send");
	sent = work;
	errand->out = true;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

static void done(void *arg)
{
	assert_ptr_equal(arg, &owner);
	call("done");
}

static void news(void *arg)
{
	assert_ptr_equal(arg, &owner);
	call("news");
}

static void work(void *arg, bool able)
{
	assert_ptr_equal(arg, &work_arg);
	call(able ? "work" : "no-work");
}

/* A thread does what the errand is for, or none can be started; then it is back. */
static void come_back(bool able)
{
	sent(ruling.errand.arg, able);
	ruling.errand.out = false;
	ruling.errand.done(ruling.errand.arg);
}

static void hear_news(void)
{
	ruling.news.run(ruling.news.arg);
}

static int begin(void **state)
{
	(void)state;
	runtimes[0].users = runtimes[1].users = 1; /* those of the connection and the test */
	runtimes[0].fronts = &fronts[0];
	runtimes[1].fronts = &fronts[1];
	in_force = &runtimes[0];
	connection.runtime = &runtimes[0];
	connection.front = &fronts[0];
	found = judged = DANCE_UNDECIDED;
	is_cheap = no_memory = false;
	ruling_begin(&ruling, &connection, done, news, &owner);
	expect_called("begin");
	return 0;
}

static void expect_users(unsigned first, unsigned second)
{
	assert_int_equal(runtimes[0].users, first);
	assert_int_equal(runtimes[1].users, second);
}

static int end(void **state)
{
	(void)state;
	called[0] = '\0';
	ruling_clear(&ruling);
	expect_called("clear cancel");
	assert_null(ruling.result);
	assert_null(ruling.runtime);
	assert_null(ruling.front);
	assert_int_equal(runtimes[0].users + runtimes[1].users, 2);
	return 0;
}

static void expect_decided(enum dance_verdict verdict)
{
	assert_int_equal(ruling_decide(&ruling, false), RULING_DECIDED);
	assert_false(ruling.is_under_way);
	check_verdict(ruling.result->verdict, verdict);
}

static void expect_undecided(void)
{
	assert_int_equal(ruling_decide(&ruling, false), RULING_UNDECIDED);
	assert_true(ruling.is_under_way);
}

/* --- the tests ----------------------------------------------------------------------------- */

static void what_is_found_is_the_decision(void **state)
{
	(void)state;
	found = DANCE_ALLOW;
	expect_decided(DANCE_ALLOW);
	expect_called("find");
	assert_ptr_equal(ruling.runtime, &runtimes[0]);
	assert_ptr_equal(ruling.front, &fronts[0]);
	expect_users(2, 1);
	ruling_end_result(&ruling);
	assert_null(ruling.result);
	expect_users(2, 1);
	ruling_forget(&ruling);
	assert_null(ruling.runtime);
	assert_null(ruling.front);
	expect_users(1, 1);
}

static void the_loop_makes_a_cheap_decision(void **state)
{
	(void)state;
	is_cheap = true;
	judged = DANCE_DENY_MISMATCH;
	expect_decided(DANCE_DENY_MISMATCH);
	expect_called("find judge");
	assert_ptr_equal(judged_for, &fronts[0]);
}

static void a_thread_makes_another(void **state)
{
	(void)state;
	assert_int_equal(ruling_decide(&ruling, true), RULING_UNDECIDED);
	expect_called("find send-urgent");
	expect_undecided(); /* news or not, as long as the thread is at it */
	hear_news();
	expect_undecided();
	expect_called("news");
	judged = DANCE_ALLOW;
	come_back(true);
	expect_called("judge done");
	assert_ptr_equal(judged_for, &fronts[0]);
	expect_decided(DANCE_ALLOW);
	expect_called("");
	ruling_end_result(&ruling);
	judged = DANCE_UNDECIDED;
	expect_undecided();
	expect_called("find send");
}

/* The first round is one; each further one needs news. */
static void a_round_is_made_once_there_are_news(void **state)
{
	(void)state;
	for (int cheap = 0; cheap < 2; cheap++) {
		const char *round = cheap != 0 ? "judge" : "send";
		is_cheap = cheap != 0;
		judged = DANCE_UNDECIDED;
		expect_undecided();
		expect_called(cheap != 0 ? "find judge" : "find send");
		for (int i = 0; i < 2; i++) {
			if (!is_cheap) {
				come_back(true);
				expect_called("judge done");
			}
			expect_undecided();
			expect_undecided();
			expect_called("");
			hear_news();
			expect_called("news");
			expect_undecided();
			expect_called(round);
		}
		judged = DANCE_ALLOW;
		if (!is_cheap) {
			come_back(true);
		} else {
			hear_news();
		}
		expect_decided(DANCE_ALLOW);
		expect_called(is_cheap ? "news judge" : "judge done");
		ruling_end_result(&ruling);
	}
}

/* What was begun is not gone on with: its answer would be old. */
static void without_a_thread_it_fails(void **state)
{
	(void)state;
	expect_undecided();
	expect_called("find send");
	strcpy(ruling.result->name, "a.example");
	come_back(false);
	expect_called("drop done");
	const struct dance_result failed = { .size = sizeof(failed),
		.verdict = DANCE_FAIL_INTERNAL,
		.detail = "no thread can be started" };
	expect_decided(DANCE_FAIL_INTERNAL);
	assert_memory_equal(ruling.result, &failed, sizeof(failed));
}

static void without_a_section_nothing_is_decided(void **state)
{
	(void)state;
	runtimes[0].fronts = NULL;
	expect_decided(DANCE_UNDECIDED);
	expect_called("");
	assert_null(ruling.front);
	assert_ptr_equal(ruling.runtime, &runtimes[0]);
}

static void without_memory_nothing_is_decided(void **state)
{
	(void)state;
	no_memory = true;
	assert_int_equal(ruling_decide(&ruling, false), RULING_OUT_OF_MEMORY);
	expect_called("");
	assert_null(ruling.result);
	assert_false(ruling.is_under_way);
	no_memory = false;
	expect_undecided(); /* begins anew */
	expect_called("find send");
	in_force = &runtimes[1];
	no_memory = true;
	judged = DANCE_ALLOW;
	come_back(true);
	assert_int_equal(ruling_decide(&ruling, false), RULING_OUT_OF_MEMORY);
	assert_null(ruling.result);
	assert_false(ruling.is_under_way);
}

static void after_a_reload_it_decides_again(void **state)
{
	(void)state;
	expect_undecided();
	in_force = &runtimes[1];
	expect_undecided(); /* the thread is still at it */
	expect_called("find send");
	expect_users(2, 1);
	judged = DANCE_ALLOW;
	come_back(true);
	expect_called("judge done");
	assert_ptr_equal(judged_for, &fronts[0]);
	judged = DANCE_UNDECIDED;
	expect_undecided();
	expect_called("find send");
	expect_users(1, 2);
	judged = DANCE_DENY_MISMATCH;
	come_back(true);
	expect_called("judge done");
	assert_ptr_equal(judged_for, &fronts[1]);
	expect_decided(DANCE_DENY_MISMATCH);
	expect_called("");
	assert_ptr_equal(ruling.front, &fronts[1]);
	assert_ptr_equal(ruling.runtime, &runtimes[1]);
}

/* A round for the handshake's decision, which the greeting makes by the connection's section. */
static void before_it_decides_it_goes_on_for_the_connection(void **state)
{
	(void)state;
	assert_true(ruling_begin_result(&ruling));
	const struct dance_result blank = { .size = sizeof(blank) };
	assert_memory_equal(ruling.result, &blank, sizeof(blank));
	ruling_send_round(&ruling, true);
	expect_called("send-urgent");
	come_back(true);
	expect_called("judge done");
	assert_ptr_equal(judged_for, &fronts[0]);
	ruling_send_round(&ruling, false);
	expect_called("send");
	come_back(true);
}

static void an_errand_may_be_the_owners(void **state)
{
	(void)state;
	for (int able = 0; able < 2; able++) {
		ruling_send(&ruling, work, &work_arg, able != 0);
		expect_called(able != 0 ? "send-urgent" : "send");
		come_back(able != 0);
		expect_called(able != 0 ? "work done" : "no-work done");
	}
}

static void what_has_decided_is_adopted(void **state)
{
	(void)state;
	ruling_adopt(&ruling); /* nothing has */
	assert_ptr_equal(connection.runtime, &runtimes[0]);
	assert_ptr_equal(connection.front, &fronts[0]);
	found = DANCE_ALLOW;
	in_force = &runtimes[1];
	expect_decided(DANCE_ALLOW);
	expect_users(1, 2);
	ruling_adopt(&ruling);
	expect_users(0, 2);
	assert_ptr_equal(connection.runtime, &runtimes[1]);
	assert_ptr_equal(connection.front, &fronts[1]);
	assert_null(ruling.runtime);
	assert_null(ruling.front);
}

static void it_is_outdated_when_another_runtime_is_in_force(void **state)
{
	(void)state;
	assert_false(ruling_is_outdated(&ruling));
	in_force = &runtimes[1];
	assert_true(ruling_is_outdated(&ruling)); /* the connection's is the old one */
	found = DANCE_ALLOW;
	expect_decided(DANCE_ALLOW);
	assert_false(ruling_is_outdated(&ruling));
	in_force = &runtimes[0];
	assert_true(ruling_is_outdated(&ruling));
	expect_users(1, 2);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_is_found_is_the_decision),
		ONE(the_loop_makes_a_cheap_decision),
		ONE(a_thread_makes_another),
		ONE(a_round_is_made_once_there_are_news),
		ONE(without_a_thread_it_fails),
		ONE(without_a_section_nothing_is_decided),
		ONE(without_memory_nothing_is_decided),
		ONE(after_a_reload_it_decides_again),
		ONE(before_it_decides_it_goes_on_for_the_connection),
		ONE(an_errand_may_be_the_owners),
		ONE(what_has_decided_is_adopted),
		ONE(it_is_outdated_when_another_runtime_is_in_force),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
