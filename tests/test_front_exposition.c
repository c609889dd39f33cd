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

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_stand_as_dns_says),
		TEST(requests_count_for_identities),
		TEST(no_count_goes_back),
		TEST(sections_have_their_own_counts),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
