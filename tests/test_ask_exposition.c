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

#include <stdio.h>

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

/* What is another value, or another version, each time stands as V. */
static char *whole_text(void)
{
	static const char *const vary[] = { "process_",
		"dance_last_allow_timestamp_seconds{",
		"dance_config_last_reload_success_timestamp_seconds ", "dance_build_info{",
		"dance_records_expire_timestamp_seconds{" };
	struct openmetrics out = { .failed = false };
	exposition_write(&out);
	openmetrics_end(&out);
	assert_false(out.failed);
	char *text = strndup(out.text, out.size), *to = malloc(out.size + 1), *end = to;
	openmetrics_clear(&out);
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		for (size_t i = 0; i < ROWS(vary); i++) {
			if (strncmp(line, vary[i], strlen(vary[i])) == 0) {
				strcpy(strrchr(line, ' '), " V");
			}
		}
		char *version = strstr(line, ",version=\"");
		if (version != NULL) {
			strcpy(version, ",V");
		}
		end += sprintf(end, "%s\n", line);
	}
	*end = '\0';
	free(text);
	return to;
}

/* clang-format off */
static const char *const wanted[] = {
	"# TYPE dance_build info",
	"# HELP dance_build What was built, and what it runs with.",
	"dance_build_info{program=\"dance-ask\",V",
	"# TYPE dance_lookups counter",
	"# HELP dance_lookups Lookups of TLSA records that have ended.",
	"dance_lookups_total{result=\"secure\"} 3",
	"dance_lookups_total{result=\"no-tlsa\"} 0",
	"dance_lookups_total{result=\"insecure\"} 0",
	"dance_lookups_total{result=\"bogus\"} 0",
	"dance_lookups_total{result=\"lookup\"} 0",
	"dance_lookups_total{result=\"timeout\"} 0",
	"dance_lookups_total{result=\"not-ready\"} 0",
	"# TYPE dance_lookup_seconds histogram",
	"# UNIT dance_lookup_seconds seconds",
	"# HELP dance_lookup_seconds How long these lookups took.",
	"dance_lookup_seconds_bucket{le=\"0.005\"} 3",
	"dance_lookup_seconds_bucket{le=\"0.01\"} 3",
	"dance_lookup_seconds_bucket{le=\"0.025\"} 3",
	"dance_lookup_seconds_bucket{le=\"0.05\"} 3",
	"dance_lookup_seconds_bucket{le=\"0.1\"} 3",
	"dance_lookup_seconds_bucket{le=\"0.25\"} 3",
	"dance_lookup_seconds_bucket{le=\"0.5\"} 3",
	"dance_lookup_seconds_bucket{le=\"1.0\"} 3",
	"dance_lookup_seconds_bucket{le=\"2.5\"} 3",
	"dance_lookup_seconds_bucket{le=\"5.0\"} 3",
	"dance_lookup_seconds_bucket{le=\"10.0\"} 3",
	"dance_lookup_seconds_bucket{le=\"+Inf\"} 3",
	"dance_lookup_seconds_sum 0.000",
	"dance_lookup_seconds_count 3",
	"# TYPE dance_trust_anchor_state gauge",
	"# HELP dance_trust_anchor_state Whether the trust anchor can be used.",
	"dance_trust_anchor_state{state=\"missing\"} 0",
	"dance_trust_anchor_state{state=\"outdated\"} 0",
	"dance_trust_anchor_state{state=\"current\"} 1",
	"# TYPE dance_trust_anchor_aging gauge",
	"# HELP dance_trust_anchor_aging Whether the root replaces a key that the "
		"trust anchor has.",
	"dance_trust_anchor_aging 0",
	"# TYPE dance_config_last_reload_success gauge",
	"# HELP dance_config_last_reload_success Whether the configuration that was "
		"read last is in force.",
	"dance_config_last_reload_success 1",
	"# TYPE dance_config_last_reload_success_timestamp_seconds gauge",
	"# UNIT dance_config_last_reload_success_timestamp_seconds seconds",
	"# HELP dance_config_last_reload_success_timestamp_seconds When the "
		"configuration in force was read.",
	"dance_config_last_reload_success_timestamp_seconds V",
	"# TYPE process_cpu_seconds counter",
	"# UNIT process_cpu_seconds seconds",
	"# HELP process_cpu_seconds Processor time that was used.",
	"process_cpu_seconds_total V",
	"# TYPE process_resident_memory_bytes gauge",
	"# UNIT process_resident_memory_bytes bytes",
	"# HELP process_resident_memory_bytes Memory that is in use.",
	"process_resident_memory_bytes V",
	"# TYPE process_open_fds gauge",
	"# HELP process_open_fds File descriptors that are open.",
	"process_open_fds V",
	"# TYPE process_max_fds gauge",
	"# HELP process_max_fds File descriptors that may be open.",
	"process_max_fds V",
	"# TYPE process_start_time_seconds gauge",
	"# UNIT process_start_time_seconds seconds",
	"# HELP process_start_time_seconds When the process started.",
	"process_start_time_seconds V",
	"# TYPE dance_connections_open gauge",
	"# HELP dance_connections_open Connections of hosts that are open.",
	"dance_connections_open 1",
	"# TYPE dance_connections counter",
	"# HELP dance_connections Connections, by what became of them.",
	"dance_connections_total{ask=\"relay\",result=\"accepted\"} 2",
	"dance_connections_total{ask=\"relay\",result=\"limit\"} 0",
	"dance_connections_total{ask=\"exim\",result=\"accepted\"} 0",
	"dance_connections_total{ask=\"exim\",result=\"limit\"} 0",
	"# TYPE dance_verdicts counter",
	"# HELP dance_verdicts What was decided about clients.",
	"dance_verdicts_total{ask=\"relay\",verdict=\"allow\"} 3",
	"dance_verdicts_total{ask=\"relay\",verdict=\"transport\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"unproven\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"credential\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"name\"} 4",
	"dance_verdicts_total{ask=\"relay\",verdict=\"no-tlsa\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"insecure\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"unusable\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"mismatch\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"chain\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"bogus\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"lookup\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"timeout\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"not-ready\"} 0",
	"dance_verdicts_total{ask=\"relay\",verdict=\"internal\"} 1",
	"dance_verdicts_total{ask=\"exim\",verdict=\"allow\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"transport\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"unproven\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"credential\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"name\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"no-tlsa\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"insecure\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"unusable\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"mismatch\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"chain\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"bogus\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"lookup\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"timeout\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"not-ready\"} 0",
	"dance_verdicts_total{ask=\"exim\",verdict=\"internal\"} 0",
	"# TYPE dance_questions_malformed counter",
	"# HELP dance_questions_malformed Questions that could not be read.",
	"dance_questions_malformed_total{ask=\"relay\"} 1",
	"dance_questions_malformed_total{ask=\"exim\"} 0",
	"# TYPE dance_questions counter",
	"# HELP dance_questions Questions about each listed name, and what was "
		"decided.",
	"dance_questions_total{ask=\"relay\",dialect=\"postfix\",identity=\"\","
		"verdict=\"deny\"} 3",
	"dance_questions_total{ask=\"relay\",dialect=\"postfix\",identity=\"\","
		"verdict=\"fail\"} 1",
	"dance_questions_total{ask=\"relay\",dialect=\"postfix\","
		"identity=\"*.sub.example\",verdict=\"deny\"} 1",
	"dance_questions_total{ask=\"relay\",dialect=\"postfix\","
		"identity=\"mta.example\",verdict=\"allow\"} 3",
	"# TYPE dance_last_allow_timestamp_seconds gauge",
	"# UNIT dance_last_allow_timestamp_seconds seconds",
	"# HELP dance_last_allow_timestamp_seconds When a client was last allowed.",
	"dance_last_allow_timestamp_seconds{ask=\"relay\",identity=\"mta.example\"} V",
	"# TYPE dance_records_state gauge",
	"# HELP dance_records_state What DNS says of the TLSA records of each listed "
		"name.",
	"dance_records_state{ask=\"relay\",name=\"mta.example\",state=\"secure\"} 1",
	"dance_records_state{ask=\"relay\",name=\"mta.example\",state=\"absent\"} 0",
	"dance_records_state{ask=\"relay\",name=\"mta.example\",state=\"insecure\"} 0",
	"dance_records_state{ask=\"relay\",name=\"mta.example\",state=\"unusable\"} 0",
	"dance_records_state{ask=\"relay\",name=\"mta.example\",state=\"bogus\"} 0",
	"dance_records_state{ask=\"relay\",name=\"mta.example\",state=\"lookup\"} 0",
	"dance_records_state{ask=\"exim\",name=\"mta.example\",state=\"secure\"} 1",
	"dance_records_state{ask=\"exim\",name=\"mta.example\",state=\"absent\"} 0",
	"dance_records_state{ask=\"exim\",name=\"mta.example\",state=\"insecure\"} 0",
	"dance_records_state{ask=\"exim\",name=\"mta.example\",state=\"unusable\"} 0",
	"dance_records_state{ask=\"exim\",name=\"mta.example\",state=\"bogus\"} 0",
	"dance_records_state{ask=\"exim\",name=\"mta.example\",state=\"lookup\"} 0",
	"# TYPE dance_records_usable gauge",
	"# HELP dance_records_usable Validated records that can be used.",
	"dance_records_usable{ask=\"relay\",name=\"mta.example\"} 1",
	"dance_records_usable{ask=\"exim\",name=\"mta.example\"} 1",
	"# TYPE dance_records_expire_timestamp_seconds gauge",
	"# UNIT dance_records_expire_timestamp_seconds seconds",
	"# HELP dance_records_expire_timestamp_seconds Until when what DNS has said "
		"is used.",
	"dance_records_expire_timestamp_seconds{ask=\"relay\",name=\"mta.example\"} V",
	"dance_records_expire_timestamp_seconds{ask=\"exim\",name=\"mta.example\"} V",
	"# TYPE dance_records_signatures_end_timestamp_seconds gauge",
	"# UNIT dance_records_signatures_end_timestamp_seconds seconds",
	"# HELP dance_records_signatures_end_timestamp_seconds When the first "
		"signature over the records ends.",
	"# TYPE dance_records_failing_since_timestamp_seconds gauge",
	"# UNIT dance_records_failing_since_timestamp_seconds seconds",
	"# HELP dance_records_failing_since_timestamp_seconds Since when lookups "
		"have failed.",
	"# EOF",
};
/* clang-format on */

/* It comes last: counters go on from one case to the next. */
static void the_whole_text_is_as_it_should_be(void **state)
{
	(void)state;
	publish("mta.example", 60, &mine);
	answer("*.sub.example", RESOLVER_DENIED, 60, NULL);
	session_put_in_force("");
	metrics_configured(true);
	metrics_anchored(NULL, DANCE_ANCHOR_CURRENT);
	assert_true(session_connect());
	session_put("\n");
	(void)session_answered();
	char *text = whole_text();
	size_t count = 0;
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		assert_true(count < ROWS(wanted));
		assert_string_equal(line, wanted[count]);
		count++;
	}
	assert_int_equal(count, ROWS(wanted));
	free(text);
	session_hang_up();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(questions_count_for_whom_they_are_about,
			begin, end),
		cmocka_unit_test_setup_teardown(names_that_nobody_listed_make_no_series,
			begin, end),
		cmocka_unit_test_setup_teardown(the_whole_text_is_as_it_should_be, begin,
			end),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
