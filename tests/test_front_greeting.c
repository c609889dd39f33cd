/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A greeting step by step: what it waits for, what it sends other threads for, and how it ends.
 * What a handshake and a decision say is made up here. */

#include "called.h"
#include "check.h"
#include "greeting.h"
#include "log.h"
#include "stats_event.h"
#include "stored_key.h"

#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define NOW_MS 5000
#define TIMEOUT_S 7
#define DEADLINE (NOW_MS + TIMEOUT_S * 1000)
#define FD 42

#define call(what) called_add("; ", (what))

/* --- what stands around it ----------------------------------------------------------------- */

static struct conf conf = { .handshake_timeout_s = TIMEOUT_S };
static struct runtime runtime = { .conf = &conf };
static char id[] = "xot";
static struct conf_front front_conf = { .id = id };
static struct counts counts;
static char ctx, ssl; /* whose addresses stand for what OpenSSL has */
static struct front front = { .conf = &front_conf };
static struct connection connection;
static struct carrier carrier;
static struct ruling ruling;
static struct greeting greeting;
static struct dance_result result;

static int64_t now;
static bool no_watch, no_tls, no_result, sent_away;
static enum stream_status shaken;
static const char *why, *advice;

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

void __wrap_watch_until(struct watch *watch, int64_t deadline);
void __wrap_watch_until(struct watch *watch, int64_t deadline)
{
	assert_ptr_equal(watch, &carrier.watch);
	assert_int_equal(deadline, DEADLINE);
	call("until");
}

bool __wrap_watch_client(struct watch *watch, int fd, short events);
bool __wrap_watch_client(struct watch *watch, int fd, short events)
{
	assert_ptr_equal(watch, &carrier.watch);
	assert_int_equal(fd, FD);
	call(events == POLLIN ? "in" : events == POLLOUT ? "out" : "nothing");
	return !no_watch;
}

bool __wrap_stream_secure(struct stream *stream, SSL_CTX *of);
bool __wrap_stream_secure(struct stream *stream, SSL_CTX *of)
{
	assert_ptr_equal(stream, &connection.stream);
	assert_ptr_equal(of, &ctx);
	call("secure");
	stream->ssl = no_tls ? NULL : (SSL *)(void *)&ssl;
	return !no_tls;
}

void __wrap_SSL_set_accept_state(SSL *of);
void __wrap_SSL_set_accept_state(SSL *of)
{
	assert_ptr_equal(of, &ssl);
	call("accept");
}

enum stream_status __wrap_stream_shake(struct stream *stream, char *text, size_t size);
enum stream_status __wrap_stream_shake(struct stream *stream, char *text, size_t size)
{
	assert_ptr_equal(stream, &connection.stream);
	assert_ptr_equal(text, greeting.why);
	assert_int_equal(size, sizeof(greeting.why));
	ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
	call("shake");
	if (shaken == STREAM_ERROR || shaken == STREAM_FINISHED) {
		snprintf(text, size, "%s", why);
	}
	return shaken;
}

bool __wrap_ruling_begin_result(struct ruling *of);
bool __wrap_ruling_begin_result(struct ruling *of)
{
	assert_ptr_equal(of, &ruling);
	call("result");
	ruling.result = no_result ? NULL : &result;
	return !no_result;
}

static void (*sent)(void *arg, bool able);
static void *sent_arg;

void __wrap_ruling_send(struct ruling *of, void (*work)(void *arg, bool able), void *arg,
	bool urgent);
void __wrap_ruling_send(struct ruling *of, void (*work)(void *arg, bool able), void *arg,
	bool urgent)
{
	assert_ptr_equal(of, &ruling);
	assert_false(urgent);
	sent = work;
	sent_arg = arg;
	call("send");
}

void __wrap_ruling_send_round(struct ruling *of, bool urgent);
void __wrap_ruling_send_round(struct ruling *of, bool urgent)
{
	assert_ptr_equal(of, &ruling);
	assert_false(urgent);
	call("round");
}

enum dance_verdict __wrap_judgement_of_handshake(struct judgement *judgement, SSL *of,
	const struct front *by, struct loop_call *wake, struct dance_result *into);
enum dance_verdict __wrap_judgement_of_handshake(struct judgement *judgement, SSL *of,
	const struct front *by, struct loop_call *wake, struct dance_result *into)
{
	assert_ptr_equal(judgement, &ruling.judgement);
	assert_ptr_equal(of, &ssl);
	assert_ptr_equal(by, &front);
	assert_ptr_equal(wake, &ruling.news);
	assert_ptr_equal(into, &result);
	call("judge");
	return into->verdict;
}

void __wrap_counts_result(struct counts *of, enum counts_result kind);
void __wrap_counts_result(struct counts *of, enum counts_result kind)
{
	static const char *const names[] = { "accepted", "limit", "handshake", "timeout" };
	assert_ptr_equal(of, &counts);
	call(names[kind]);
}

void __wrap_stats_count(unsigned event);
void __wrap_stats_count(unsigned event)
{
	assert_int_equal(event, STATS_HANDSHAKES);
	call("failed");
}

bool __wrap_limits_have_sent_away(const struct limits_entry *entry);
bool __wrap_limits_have_sent_away(const struct limits_entry *entry)
{
	assert_ptr_equal(entry, &connection.entry);
	return sent_away;
}

const char *__wrap_stored_key_advice(const SSL *of);
const char *__wrap_stored_key_advice(const SSL *of)
{
	assert_ptr_equal(of, connection.stream.ssl);
	return advice;
}

static char said[4096];

void __wrap_log_composed_limited(enum log_level level, struct log_line *line,
	const char *what_to_do);
void __wrap_log_composed_limited(enum log_level level, struct log_line *line,
	const char *what_to_do)
{
	assert_int_equal(level, LEVEL_NOTICE);
	snprintf(said, sizeof(said), "%s", log_line_end(line, DANCE_LINE_SIZE, what_to_do));
}

/* --- the scene ----------------------------------------------------------------------------- */

static int begin(void **state)
{
	(void)state;
	now = NOW_MS;
	no_watch = no_tls = no_result = sent_away = false;
	advice = NULL;
	why = "";
	called[0] = said[0] = '\0';
	front.tls = (SSL_CTX *)(void *)&ctx;
	front_conf.mode = CONF_MODE_DNS;
	connection = (struct connection){ .stream = { .fd = FD },
		.runtime = &runtime,
		.front = &front,
		.counts = &counts };
	strcpy(connection.from_text, "192.0.2.1@7");
	carrier = (struct carrier){ .connection = &connection };
	ruling = (struct ruling){ .connection = &connection };
	result = (struct dance_result){ .verdict = DANCE_UNDECIDED };
	memset(&greeting, 0xee, sizeof(greeting));
	assert_int_equal(greeting_begin(&greeting, &carrier, &ruling), GREETING_WAITS);
	expect_called("until; in");
	return 0;
}

static int end(void **state)
{
	(void)state;
	ERR_clear_error();
	return 0;
}

/* The next step is a job, which says so; then the errand is back. */
static enum greeting_status step(bool able, enum stream_status status)
{
	assert_int_equal(greeting_go_on(&greeting), GREETING_WAITS);
	expect_called("nothing; send");
	shaken = status;
	assert_ptr_equal(sent_arg, &greeting);
	sent(sent_arg, able);
	assert_true(ERR_peek_error() == 0);
	return greeting_come_back(&greeting);
}

static void expect_failed(const char *reason, const char *what_to_do)
{
	char line[256];
	snprintf(line, sizeof(line),
		"front xot, handshake failed, remote 192.0.2.1@7 (%s)%s%s", reason,
		what_to_do != NULL ? "; do: " : "", what_to_do != NULL ? what_to_do : "");
	assert_string_equal(said, line);
}

/* --- the tests ----------------------------------------------------------------------------- */

static void each_step_is_a_job_and_then_it_waits_for_the_client(void **state)
{
	(void)state;
	connection.stream.read_wants = POLLIN;
	assert_int_equal(step(true, STREAM_AGAIN), GREETING_WAITS);
	expect_called("secure; accept; shake; until; in");
	connection.stream.read_wants = POLLOUT;
	assert_int_equal(step(true, STREAM_AGAIN), GREETING_WAITS);
	expect_called("shake; until; out");
	result.verdict = DANCE_ALLOW;
	assert_int_equal(step(true, STREAM_OK), GREETING_DECIDED);
	expect_called("shake; accepted; result; judge");
	assert_int_equal(greeting_go_on(&greeting), GREETING_DECIDED);
	expect_called("");
	assert_string_equal(said, "");
}

static void nothing_is_done_while_a_job_is_under_way(void **state)
{
	(void)state;
	ruling.errand.out = true;
	assert_int_equal(greeting_go_on(&greeting), GREETING_WAITS);
	expect_called("");
	ruling.errand.out = false;
	assert_int_equal(greeting_go_on(&greeting), GREETING_WAITS);
	expect_called("nothing; send");
}

static void a_decision_may_take_many_rounds(void **state)
{
	(void)state;
	assert_int_equal(step(true, STREAM_OK), GREETING_WAITS);
	expect_called("secure; accept; shake; accepted; result; judge");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(greeting_go_on(&greeting), GREETING_WAITS);
		expect_called("");
		ruling.has_news = true;
		assert_int_equal(greeting_go_on(&greeting), GREETING_WAITS);
		expect_called("round");
		assert_false(ruling.has_news);
		assert_int_equal(greeting_come_back(&greeting), GREETING_WAITS);
		expect_called("");
	}
	result.verdict = DANCE_DENY_MISMATCH;
	assert_int_equal(greeting_come_back(&greeting), GREETING_DECIDED);
	expect_called("");
}

static void who_has_to_go_does_not_wait_for_a_decision(void **state)
{
	(void)state;
	ruling.has_news = true;
	assert_int_equal(step(true, STREAM_OK), GREETING_WAITS);
	expect_called("secure; accept; shake; accepted; result; judge; round");
	carrier.sent_away = ruling.has_news = true;
	assert_int_equal(greeting_come_back(&greeting), GREETING_CALLED_OFF);
	result.verdict = DANCE_ALLOW;
	assert_int_equal(greeting_come_back(&greeting), GREETING_DECIDED);
	expect_called("");
}

static void without_memory_for_a_result_there_is_none(void **state)
{
	(void)state;
	no_result = true;
	assert_int_equal(step(true, STREAM_OK), GREETING_DECIDED);
	expect_called("secure; accept; shake; accepted; result");
	assert_null(ruling.result);
}

static void without_memory_or_a_thread_it_fails(void **state)
{
	(void)state;
	const char *memory = dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT);
	assert_int_equal(step(false, STREAM_OK), GREETING_FAILED);
	expect_called("failed; handshake");
	expect_failed("out of memory", memory);
	no_tls = true;
	assert_int_equal(step(true, STREAM_OK), GREETING_FAILED);
	expect_called("secure; failed; handshake");
	expect_failed("out of memory", memory);
	no_tls = false;
	no_watch = true;
	assert_int_equal(step(true, STREAM_AGAIN), GREETING_FAILED);
	expect_called("secure; accept; shake; until; nothing; failed; handshake");
	expect_failed("out of memory", memory);
	assert_int_equal(greeting_begin(&greeting, &carrier, &ruling), GREETING_FAILED);
	expect_called("until; in; failed; handshake");
}

static void it_has_its_time_and_no_more(void **state)
{
	(void)state;
	now = DEADLINE - 1;
	connection.stream.read_wants = POLLIN;
	assert_int_equal(step(true, STREAM_AGAIN), GREETING_WAITS);
	expect_called("secure; accept; shake; until; in");
	now = DEADLINE;
	assert_int_equal(step(true, STREAM_AGAIN), GREETING_FAILED);
	expect_called("shake; until; failed; timeout");
	expect_failed("not finished in time", "check the client's TLS settings");
}

static void what_to_do_about_a_failure_depends_on_its_reason(void **state)
{
	(void)state;
	static const char tls[] = "use TLS on the client, port 853 (Knot DNS: 'tls: on')";
	const char *memory = dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT);
	const struct {
		const char *why, *to_do;
	} rows[] = {
		{ "unsupported protocol", "use TLS 1.3 on the client" },
		{ "wrong version number", tls },
		{ "http request", tls },
		{ "out of memory", memory },
		{ "malloc failure", memory },
		{ "no application protocol", "offer ALPN 'dot' on the client (RFC 9103)" },
		{ CONNECTION_CLOSED_HERE, NULL },
		{ "bad record mac", "check the client's TLS settings" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		why = rows[i].why;
		assert_int_equal(step(true, i % 2 == 0 ? STREAM_ERROR : STREAM_FINISHED),
			GREETING_FAILED);
		expect_called(i == 0 ? "secure; accept; shake; failed; handshake" :
				       "shake; failed; handshake");
		expect_failed(why, rows[i].to_do);
	}
	front_conf.mode = CONF_MODE_STREAM;
	why = "no application protocol";
	assert_int_equal(step(true, STREAM_ERROR), GREETING_FAILED);
	expect_failed(why, "offer a protocol of 'alpn' on the client");
	advice = "see to the token";
	called[0] = '\0';
	assert_int_equal(step(true, STREAM_ERROR), GREETING_FAILED);
	expect_failed(why, "see to the token");
	advice = NULL;
	sent_away = true; /* whatever the handshake says of it */
	called[0] = '\0';
	assert_int_equal(step(true, STREAM_ERROR), GREETING_FAILED);
	expect_failed(CONNECTION_CLOSED_HERE, NULL);
	expect_called("shake; failed; handshake");
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_step_is_a_job_and_then_it_waits_for_the_client),
		ONE(nothing_is_done_while_a_job_is_under_way),
		ONE(a_decision_may_take_many_rounds),
		ONE(who_has_to_go_does_not_wait_for_a_decision),
		ONE(without_memory_for_a_result_there_is_none),
		ONE(without_memory_or_a_thread_it_fails),
		ONE(it_has_its_time_and_no_more),
		ONE(what_to_do_about_a_failure_depends_on_its_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
