/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Metrics of dance-front: what is counted shows, once, in its place; and a reload leaves it. */

#include "check.h"
#include "counts.h"
#include "exposed.h"
#include "exposition.h"
#include "front_scene.h"
#include "scene.h"

#include <libknot/descriptor.h>
#include <openssl/ssl.h>
#include <stdio.h>

static void configure(const char *identities)
{
	char text[1024];
	snprintf(text, sizeof(text),
		"identity:\n  - id: one\n    name: a.example\n    address: 192.0.2.2\n"
		"  - id: all\n    name: \"*.b.example\"\n    address: 192.0.2.3\n"
		"front:\n  - id: xot\n    listen: 192.0.2.1@853\n    key-file: %s\n"
		"    server: 127.0.0.1@53\n    identity: [ %s ]\n"
		"client:\n  - id: primary\n    listen: 127.0.0.1@5353\n"
		"    primary: 192.0.2.9@853\n    name: ns1.example\n    key-file: %s\n",
		front_scene_key_file(), identities, front_scene_key_file());
	front_scene_install(text);
}

static int begin(void **state)
{
	int wrong = front_scene_begin(state);
	publish("a.example", TTL, &front_scene_mine);
	answer("_853._tcp.ns1.example", RESOLVER_BOGUS, TTL, NULL);
	configure("one, all");
	return wrong;
}

static struct front *front(void)
{
	return runtime_front(front_scene_runtime(), "xot");
}

static void names_stand_as_dns_says(void **state)
{
	(void)state;
	assert_true(is_exposed("dance_records_usable{front=\"xot\",name=\"a.example\"} 1"));
	assert_true(is_exposed("dance_records_state{front=\"xot\",name=\"a.example\","
			       "state=\"secure\"} 1"));
	assert_true(is_exposed("dance_records_state{front=\"xot\",name=\"a.example\","
			       "state=\"bogus\"} 0"));
	assert_true(is_exposed("dance_records_state{client=\"primary\",name="
			       "\"_853._tcp.ns1.example\",state=\"bogus\"} 1"));
	assert_true(is_exposed_of("dance_records_expire_timestamp_seconds{front=\"xot\","
				  "name=\"a.example\"} "));
	assert_true(is_exposed_of("dance_records_failing_since_timestamp_seconds{client="));
	assert_false(is_exposed_of("dance_records_failing_since_timestamp_seconds{front="));
	assert_true(is_exposed_of("dance_build_info{program=\"dance-front\",version=\""));
	assert_true(is_exposed_of("\",openssl=\"3."));
}

static void requests_count_for_identities(void **state)
{
	(void)state;
	static const struct {
		enum message_kind kind;
		uint16_t type;
		const char *name;
		enum dance_verdict verdict;
		const char *line;
	} rows[] = {
		{ MESSAGE_TRANSFER, KNOT_RRTYPE_AXFR, "a.example", DANCE_ALLOW,
			"identity=\"one\",type=\"axfr\",verdict=\"allow\"} 1" },
		{ MESSAGE_TRANSFER, KNOT_RRTYPE_SOA, "x.b.example", DANCE_FAIL_LOOKUP,
			"identity=\"all\",type=\"soa\",verdict=\"fail\"} 1" },
		{ MESSAGE_TRANSFER, KNOT_RRTYPE_IXFR, "made-up.example", DANCE_DENY_NAME,
			"identity=\"\",type=\"ixfr\",verdict=\"deny\"} 1" },
		{ MESSAGE_NOTIFY, KNOT_RRTYPE_SOA, "", DANCE_DENY_NAME,
			"identity=\"\",type=\"notify\",verdict=\"deny\"} 1" },
		{ MESSAGE_QUERY, KNOT_RRTYPE_AXFR, "", DANCE_DENY_CREDENTIAL,
			"identity=\"\",type=\"other\",verdict=\"deny\"} 1" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char line[256];
		const struct message_question question = { .kind = rows[i].kind,
			.type = rows[i].type };
		snprintf(line, sizeof(line), "dance_requests_total{front=\"xot\",%s",
			rows[i].line);
		assert_false(is_exposed(line));
		counts_request(front_name_counts(front(), rows[i].name),
			counts_request_of(&question), rows[i].verdict);
		assert_true(is_exposed(line));
	}
	assert_false(is_exposed_of("made-up"));
	assert_true(is_exposed_of("dance_last_allow_timestamp_seconds{front=\"xot\","
				  "identity=\"one\"} "));
	assert_false(is_exposed_of("dance_last_allow_timestamp_seconds{front=\"xot\","
				   "identity=\"\"}"));
}

/* Also of an identity that goes, and comes back. */
static void no_count_goes_back(void **state)
{
	(void)state;
	struct counts_identity *all = front_name_counts(front(), "y.b.example");
	counter_add(&all->octets, 1234);
	counter_add(&all->stream_octets[1], 77);
	static const char octets[] =
		"dance_transfer_octets_total{front=\"xot\",identity=\"all\"} 1234";
	assert_true(is_exposed(octets));
	assert_true(is_exposed("dance_stream_octets_total{front=\"xot\",identity=\"all\","
			       "direction=\"sent\"} 77"));
	configure("one");
	assert_false(is_exposed(octets));
	configure("all, one");
	assert_true(is_exposed(octets));
	assert_ptr_equal(front_name_counts(front(), "y.b.example"), all);
}

static void sections_have_their_own_counts(void **state)
{
	(void)state;
	struct counts *counts = front()->counts;
	counts_enter(counts);
	counts_enter(counts);
	counts_leave(counts);
	counts_result(counts, COUNTS_TIMEOUT);
	counts_error(counts, COUNTS_GONE);
	counts_verdict(counts, DANCE_DENY_CHAIN);
	counter_add(&counts->alerts[SSL3_AD_HANDSHAKE_FAILURE], 1);
	counter_add(&counts->streams_cut, 3);
	counter_add(&runtime_client(front_scene_runtime(), "primary")->counts->octets, 5);
	static const char *const lines[] = {
		"dance_connections_open{front=\"xot\"} 1",
		"dance_connections_open{client=\"primary\"} 0",
		"dance_connections_total{front=\"xot\",result=\"timeout\"} 1",
		"dance_connections_total{front=\"xot\",result=\"limit\"} 0",
		"dance_backend_errors_total{front=\"xot\",reason=\"gone\"} 1",
		"dance_backend_errors_total{client=\"primary\",reason=\"gone\"} 0",
		"dance_verdicts_total{front=\"xot\",verdict=\"chain\"} 1",
		"dance_tls_alerts_sent_total{front=\"xot\",alert=\"handshake_failure\"} 1",
		"dance_streams_cut_total{front=\"xot\"} 3",
		"dance_transfer_octets_total{client=\"primary\"} 5",
	};
	for (size_t i = 0; i < ROWS(lines); i++) {
		if (!is_exposed(lines[i])) {
			fail_msg("%s", lines[i]);
		}
	}
	counts_leave(counts);
	/* Nobody counts for nothing. */
	counts_enter(NULL);
	counts_leave(NULL);
	counts_result(NULL, COUNTS_LIMIT);
	counts_error(NULL, COUNTS_GONE);
	counts_verdict(NULL, DANCE_ALLOW);
	counts_request(NULL, COUNTS_SOA, DANCE_ALLOW);
}

/* Each counter with a number of its own. */
static void count_up(struct counter *counters, size_t count, uint64_t *next)
{
	for (size_t i = 0; i < count; i++) {
		counter_set(&counters[i], (*next)++);
	}
}

static void count_section(struct counts *counts, uint64_t *next)
{
	counter_set(&counts->open, (*next)++);
	count_up(counts->results, COUNTS_RESULT_COUNT, next);
	count_up(counts->errors, COUNTS_ERROR_COUNT, next);
	count_up(counts->verdicts, dance_verdict_count(), next);
	memset(counts->alerts, 0, sizeof(counts->alerts));
	counter_set(&counts->alerts[0], (*next)++);
	counter_set(&counts->alerts[SSL3_AD_HANDSHAKE_FAILURE], (*next)++);
	counter_set(&counts->alerts[COUNTS_ALERTS - 1], (*next)++);
	counter_set(&counts->streams, (*next)++);
	counter_set(&counts->streams_open, (*next)++);
	counter_set(&counts->streams_cut, (*next)++);
	counter_set(&counts->octets, (*next)++);
}

static void count_identity(struct counts_identity *counts, uint64_t *next)
{
	for (size_t i = 0; i < COUNTS_REQUEST_COUNT; i++) {
		count_up(counts->requests[i], COUNTS_CLASSES, next);
	}
	counter_set(&counts->octets, (*next)++);
	count_up(counts->stream_octets, 2, next);
	counter_set(&counts->last_allow, (*next)++);
}

/* With such counters. */
static const char *const own_families[] = {
	"# TYPE dance_connections_open gauge",
	"# HELP dance_connections_open Connections of clients that are open.",
	"dance_connections_open{front=\"xot\"} 1",
	"dance_connections_open{client=\"primary\"} 34",
	"# TYPE dance_connections counter",
	"# HELP dance_connections Connections, by what became of them before their first query.",
	"dance_connections_total{front=\"xot\",result=\"accepted\"} 2",
	"dance_connections_total{front=\"xot\",result=\"limit\"} 3",
	"dance_connections_total{front=\"xot\",result=\"handshake_failed\"} 4",
	"dance_connections_total{front=\"xot\",result=\"timeout\"} 5",
	"dance_connections_total{client=\"primary\",result=\"accepted\"} 35",
	"dance_connections_total{client=\"primary\",result=\"limit\"} 36",
	"dance_connections_total{client=\"primary\",result=\"handshake_failed\"} 37",
	"dance_connections_total{client=\"primary\",result=\"timeout\"} 38",
	"# TYPE dance_backend_errors counter",
	"# HELP dance_backend_errors What went wrong with the server behind a front, or a client's primary.",
	"dance_backend_errors_total{front=\"xot\",reason=\"unreachable\"} 6",
	"dance_backend_errors_total{front=\"xot\",reason=\"silent\"} 7",
	"dance_backend_errors_total{front=\"xot\",reason=\"gone\"} 8",
	"dance_backend_errors_total{front=\"xot\",reason=\"refused\"} 9",
	"dance_backend_errors_total{front=\"xot\",reason=\"failed\"} 10",
	"dance_backend_errors_total{client=\"primary\",reason=\"unreachable\"} 39",
	"dance_backend_errors_total{client=\"primary\",reason=\"silent\"} 40",
	"dance_backend_errors_total{client=\"primary\",reason=\"gone\"} 41",
	"dance_backend_errors_total{client=\"primary\",reason=\"refused\"} 42",
	"dance_backend_errors_total{client=\"primary\",reason=\"failed\"} 43",
	"# TYPE dance_tls_alerts_sent counter",
	"# HELP dance_tls_alerts_sent Fatal TLS alerts that were sent to clients.",
	"dance_tls_alerts_sent_total{front=\"xot\",alert=\"close_notify\"} 27",
	"dance_tls_alerts_sent_total{front=\"xot\",alert=\"handshake_failure\"} 28",
	"dance_tls_alerts_sent_total{front=\"xot\",alert=\"unknown\"} 29",
	"dance_tls_alerts_sent_total{client=\"primary\",alert=\"close_notify\"} 60",
	"dance_tls_alerts_sent_total{client=\"primary\",alert=\"handshake_failure\"} 61",
	"dance_tls_alerts_sent_total{client=\"primary\",alert=\"unknown\"} 62",
	"# TYPE dance_verdicts counter",
	"# HELP dance_verdicts What was decided about clients, or about primaries.",
	"dance_verdicts_total{front=\"xot\",verdict=\"allow\"} 12",
	"dance_verdicts_total{front=\"xot\",verdict=\"transport\"} 13",
	"dance_verdicts_total{front=\"xot\",verdict=\"unproven\"} 14",
	"dance_verdicts_total{front=\"xot\",verdict=\"credential\"} 15",
	"dance_verdicts_total{front=\"xot\",verdict=\"name\"} 16",
	"dance_verdicts_total{front=\"xot\",verdict=\"no-tlsa\"} 17",
	"dance_verdicts_total{front=\"xot\",verdict=\"insecure\"} 18",
	"dance_verdicts_total{front=\"xot\",verdict=\"unusable\"} 19",
	"dance_verdicts_total{front=\"xot\",verdict=\"mismatch\"} 20",
	"dance_verdicts_total{front=\"xot\",verdict=\"chain\"} 21",
	"dance_verdicts_total{front=\"xot\",verdict=\"bogus\"} 22",
	"dance_verdicts_total{front=\"xot\",verdict=\"lookup\"} 23",
	"dance_verdicts_total{front=\"xot\",verdict=\"timeout\"} 24",
	"dance_verdicts_total{front=\"xot\",verdict=\"not-ready\"} 25",
	"dance_verdicts_total{front=\"xot\",verdict=\"internal\"} 26",
	"dance_verdicts_total{client=\"primary\",verdict=\"allow\"} 45",
	"dance_verdicts_total{client=\"primary\",verdict=\"transport\"} 46",
	"dance_verdicts_total{client=\"primary\",verdict=\"unproven\"} 47",
	"dance_verdicts_total{client=\"primary\",verdict=\"credential\"} 48",
	"dance_verdicts_total{client=\"primary\",verdict=\"name\"} 49",
	"dance_verdicts_total{client=\"primary\",verdict=\"no-tlsa\"} 50",
	"dance_verdicts_total{client=\"primary\",verdict=\"insecure\"} 51",
	"dance_verdicts_total{client=\"primary\",verdict=\"unusable\"} 52",
	"dance_verdicts_total{client=\"primary\",verdict=\"mismatch\"} 53",
	"dance_verdicts_total{client=\"primary\",verdict=\"chain\"} 54",
	"dance_verdicts_total{client=\"primary\",verdict=\"bogus\"} 55",
	"dance_verdicts_total{client=\"primary\",verdict=\"lookup\"} 56",
	"dance_verdicts_total{client=\"primary\",verdict=\"timeout\"} 57",
	"dance_verdicts_total{client=\"primary\",verdict=\"not-ready\"} 58",
	"dance_verdicts_total{client=\"primary\",verdict=\"internal\"} 59",
	"# TYPE dance_requests counter",
	"# HELP dance_requests Requests of each identity, and what was decided.",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"soa\",verdict=\"deny\"} 67",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"soa\",verdict=\"fail\"} 68",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"soa\",verdict=\"allow\"} 69",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"axfr\",verdict=\"deny\"} 70",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"axfr\",verdict=\"fail\"} 71",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"axfr\",verdict=\"allow\"} 72",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"ixfr\",verdict=\"deny\"} 73",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"ixfr\",verdict=\"fail\"} 74",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"ixfr\",verdict=\"allow\"} 75",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"notify\",verdict=\"deny\"} 76",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"notify\",verdict=\"fail\"} 77",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"notify\",verdict=\"allow\"} 78",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"other\",verdict=\"deny\"} 79",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"other\",verdict=\"fail\"} 80",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"other\",verdict=\"allow\"} 81",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"stream\",verdict=\"deny\"} 82",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"stream\",verdict=\"fail\"} 83",
	"dance_requests_total{front=\"xot\",identity=\"one\",type=\"stream\",verdict=\"allow\"} 84",
	"# TYPE dance_last_allow_timestamp_seconds gauge",
	"# UNIT dance_last_allow_timestamp_seconds seconds",
	"# HELP dance_last_allow_timestamp_seconds When an identity was last allowed.",
	"dance_last_allow_timestamp_seconds{front=\"xot\",identity=\"one\"} 88",
	"# TYPE dance_transfer_octets counter",
	"# UNIT dance_transfer_octets octets",
	"# HELP dance_transfer_octets Octets of answers that were passed to clients.",
	"dance_transfer_octets_total{front=\"xot\",identity=\"one\"} 85",
	"dance_transfer_octets_total{client=\"primary\"} 66",
	"# TYPE dance_streams_open gauge",
	"# HELP dance_streams_open Streams that are open.",
	"dance_streams_open{front=\"xot\"} 31",
	"# TYPE dance_streams counter",
	"# HELP dance_streams Streams that have begun.",
	"dance_streams_total{front=\"xot\"} 30",
	"# TYPE dance_streams_cut counter",
	"# HELP dance_streams_cut Streams that were closed after the client was judged again.",
	"dance_streams_cut_total{front=\"xot\"} 32",
	"# TYPE dance_stream_octets counter",
	"# UNIT dance_stream_octets octets",
	"# HELP dance_stream_octets Octets of streams, received from clients and sent to them.",
	"dance_stream_octets_total{front=\"xot\",identity=\"one\",direction=\"received\"} 86",
	"dance_stream_octets_total{front=\"xot\",identity=\"one\",direction=\"sent\"} 87",
	"dance_stream_octets_total{front=\"xot\",identity=\"\",direction=\"received\"} 1",
};

/* Of the families that are dance-front's own, all of the text. */
static void each_counter_has_its_sample(void **state)
{
	(void)state;
	uint64_t next = 1;
	count_section(front()->counts, &next);
	count_section(runtime_client(front_scene_runtime(), "primary")->counts, &next);
	count_identity(front_name_counts(front(), "a.example"), &next);
	memset(front_name_counts(front(), "x.b.example"), 0,
		sizeof(struct counts_identity));
	memset(front_name_counts(front(), ""), 0, sizeof(struct counts_identity));
	counter_set(&front_name_counts(front(), "")->stream_octets[0], 1);
	struct openmetrics out = { .failed = false };
	exposition_write(&out);
	openmetrics_end(&out);
	char *text = strndup(out.text, out.size);
	openmetrics_clear(&out);
	char *from = strstr(text, "# TYPE dance_connections_open ");
	assert_non_null(from);
	char *to = strstr(from, "# TYPE dance_records_");
	assert_non_null(to);
	*to = '\0';
	char *rest = NULL, *line = strtok_r(from, "\n", &rest);
	for (size_t i = 0; i < ROWS(own_families); i++) {
		assert_non_null(line);
		assert_string_equal(line, own_families[i]);
		line = strtok_r(NULL, "\n", &rest);
	}
	assert_null(line);
	free(text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_stand_as_dns_says),
		TEST(requests_count_for_identities),
		TEST(no_count_goes_back),
		TEST(sections_have_their_own_counts),
		TEST(each_counter_has_its_sample),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
