/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Metrics of dance-ask, while questions are asked and the configuration is read again. */

#include "check.h"
#include "counts.h"
#include "exposed.h"
#include "fixture.h"
#include "runtime.h"
#include "scene.h"
#include "session_scene.h"

static struct credential mine, stranger;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &stranger, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static int begin(void **state)
{
	log_set(false, LEVEL_ERROR);
	return scene_begin(state);
}

static int end(void **state)
{
	runtime_install(NULL);
	return scene_end(state);
}

static void ask(const struct credential *certificate, const char *more, const char *wanted)
{
	session_put(session_question(certificate, more));
	assert_string_equal(session_answered(), wanted);
}

static void questions_count_for_whom_they_are_about(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	answer("*.sub.example", RESOLVER_DENIED, 60, NULL);
	answer("*.example", RESOLVER_DENIED, 60, NULL);
	session_put_in_force("");
	assert_true(is_exposed("dance_records_usable{ask=\"relay\",name=\"mta.example\"} 1"));
	assert_true(is_exposed("dance_records_state{ask=\"relay\",name=\"mta.example\","
			       "state=\"secure\"} 1"));
	assert_false(is_exposed_of("dance_questions_total{"));
	assert_true(session_connect());
	ask(&mine, "", "action=OK\n\n");
	ask(&mine, "", "action=OK\n\n");
	ask(&stranger, "", "action=DUNNO\n\n");
	for (unsigned reload = 0; reload < 2; reload++) {
		assert_true(is_exposed("dance_questions_total{ask=\"relay\",dialect=\"postfix\","
				       "identity=\"mta.example\",verdict=\"allow\"} 2"));
		assert_true(is_exposed("dance_questions_total{ask=\"relay\",dialect=\"postfix\","
				       "identity=\"\",verdict=\"deny\"} 1"));
		assert_true(is_exposed(
			"dance_verdicts_total{ask=\"relay\",verdict=\"allow\"} 2"));
		assert_true(is_exposed(
			"dance_verdicts_total{ask=\"relay\",verdict=\"name\"} 1"));
		assert_true(is_exposed(
			"dance_connections_total{ask=\"relay\",result=\"accepted\"} 1"));
		assert_true(is_exposed_of("dance_last_allow_timestamp_seconds{ask=\"relay\","
					  "identity=\"mta.example\"} "));
		assert_false(is_exposed_of("identity=\"\",verdict=\"allow\""));
		session_put_in_force("");
	}
	ask(&mine, "", "action=OK\n\n");
	assert_true(is_exposed("dance_questions_total{ask=\"relay\",dialect=\"postfix\","
			       "identity=\"mta.example\",verdict=\"allow\"} 3"));
	session_hang_up();
}

/* Whatever name a stranger says, it makes no series. */
static void names_that_nobody_listed_make_no_series(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	session_put_in_force("");
	struct runtime *runtime = runtime_current();
	struct dance_result result = { .size = sizeof(result), .verdict = DANCE_DENY_NAME };
	strcpy(result.name, "made-up.example");
	counts_question(&runtime->asks[0].counts, &result);
	strcpy(result.entry, "*.made-up.example");
	counts_question(&runtime->asks[0].counts, &result);
	strcpy(result.name, "a.sub.example");
	strcpy(result.entry, "*.sub.example");
	counts_question(&runtime->asks[0].counts, &result);
	runtime_release(runtime);
	assert_false(is_exposed_of("made-up"));
	assert_true(is_exposed("dance_questions_total{ask=\"relay\",dialect=\"postfix\","
			       "identity=\"\",verdict=\"deny\"} 3")); /* with the one before */
	assert_true(is_exposed("dance_questions_total{ask=\"relay\",dialect=\"postfix\","
			       "identity=\"*.sub.example\",verdict=\"deny\"} 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(questions_count_for_whom_they_are_about,
			begin, end),
		cmocka_unit_test_setup_teardown(names_that_nobody_listed_make_no_series,
			begin, end),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
