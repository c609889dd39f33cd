/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which primary is connected: one that can be reached and that DNS proves. */

#include "check.h"
#include "heard.h"
#include "monotonic.h"
#include "primary.h"
#include "primary_scene.h"
#include "scene.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static struct stream stream;
static struct primary primary;

static bool connect_any(void)
{
	struct runtime *runtime = front_scene_runtime();
	stream = STREAM_NONE;
	primary = (struct primary){ 0 };
	return primary_connect(&runtime->clients[0], runtime->conf, &stream, &primary);
}

static void a_primary_is_proved_by_its_records(void **state)
{
	(void)state;
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	primary_scene_configure(NULL, NULL);
	assert_true(connect_any());
	check_verdict(primary.result.verdict, DANCE_ALLOW);
	assert_ptr_equal(primary.address,
		&front_scene_runtime()->clients[0].conf->primaries[0]);
	stream_close(&stream);
	primary_scene_end();
}

static void one_that_is_not_is_refused(void **state)
{
	(void)state;
	const struct credential *const keys[] = { &front_scene_mine, NULL };
	for (size_t i = 0; i < ROWS(keys); i++) {
		primary_scene_begin(PRIMARY_ANSWERS);
		primary_scene_publish(keys[i]);
		primary_scene_configure(NULL, NULL);
		assert_false(connect_any());
		assert_int_equal(stream.fd, -1);
		assert_int_equal(primary.ede, 18);
		assert_non_null(strstr(primary.why, "primary refused, owner _"));
		assert_int_not_equal(primary.result.verdict, DANCE_ALLOW);
		assert_true(front_scene_runtime()->clients[0].unreachable);
		primary_scene_end();
	}
}

static void one_that_speaks_something_else_is_none(void **state)
{
	(void)state;
	static const struct {
		enum primary_manner manner;
		const char *why;
	} rows[] = {
		{ PRIMARY_SPEAKS_NO_DOT,
			"handshake failed (the primary did not choose ALPN 'dot')" },
		{ PRIMARY_SPEAKS_NO_TLS, "handshake failed (" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		primary_scene_begin(rows[i].manner);
		primary_scene_publish(&front_scene_other);
		primary_scene_configure(NULL, NULL);
		assert_false(connect_any());
		assert_int_equal(stream.fd, -1);
		assert_int_equal(primary.ede, 23);
		check_true(primary.why,
			strncmp(primary.why, rows[i].why, strlen(rows[i].why)) == 0);
		primary_scene_end();
	}
}

static void the_one_that_answered_last_is_the_first_to_be_asked(void **state)
{
	(void)state;
	char both[64];
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	snprintf(both, sizeof(both), "[ 127.0.0.2@%u, 127.0.0.1@%u ]", primary_scene.port,
		primary_scene.port);
	primary_scene_configure(both, NULL);
	struct client *client = &front_scene_runtime()->clients[0];
	client->unreachable = true;
	assert_true(connect_any());
	assert_non_null(strstr(primary.why,
		"primary unreachable (Connection refused)")); /* of the first */
	assert_ptr_equal(primary.address, &client->conf->primaries[1]);
	assert_int_equal(client->best, 1);
	assert_false(client->unreachable);
	stream_close(&stream);
	assert_true(connect_any());
	assert_string_equal(primary.why, "");
	assert_ptr_equal(primary.address, &client->conf->primaries[1]);
	stream_close(&stream);

	primary_scene_configure(both, NULL); /* also after a reload */
	assert_true(connect_any());
	assert_string_equal(primary.why, "");
	stream_close(&stream);
	assert_int_equal(atomic_load(&primary_scene.connections), 3);
	primary_scene_end();
	assert_false(connect_any());
	assert_true(front_scene_runtime()->clients[0].unreachable);
}

/* Of a resolver's clients the log does not say at its usual level what they ask. */
static void only_transfers_and_changes_are_logged(void **state)
{
	(void)state;
	static const struct {
		struct message_question question;
		const char *line;
	} rows[] = {
		{ { MESSAGE_TRANSFER, 252, "example.com.", "AXFR" }, "AXFR example.com." },
		{ { MESSAGE_TRANSFER, 251, "example.com.", "IXFR" }, "IXFR example.com." },
		{ { MESSAGE_UPDATE, 6, "example.com.", "UPDATE" }, "UPDATE example.com." },
		{ { MESSAGE_NOTIFY, 6, "example.com.", "NOTIFY" }, "NOTIFY example.com." },
		{ { MESSAGE_TRANSFER, 6, "example.com.", "SOA" }, NULL },
		{ { MESSAGE_QUERY, 1, "www.example.com.", "A" }, NULL },
	};
	static const struct conf_client conf = { .id = "out" };
	static const struct address address = { .text = "192.0.2.1@853" };
	static char owner[] = "_853._tcp.p.example";
	static const struct client client = { .conf = &conf, .owner = owner };
	const struct primary proved = { .address = &address,
		.result = { .size = sizeof(proved.result), .verdict = DANCE_ALLOW } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char begins[128] = "";
		primary_log(&client, &proved, &rows[i].question);
		if (rows[i].line != NULL) {
			snprintf(begins, sizeof(begins),
				"dance-front: info: client out, %s allowed, primary ",
				rows[i].line);
		}
		const char *line = heard();
		assert_int_equal(strncmp(line, begins, strlen(begins)), 0);
		assert_int_equal(*line == '\0', rows[i].line == NULL);
	}
}

/* --- step by step ------------------------------------------------------------------------- */

#define OWNER "_%u._tcp.p.example"

static struct primary_search search;
static struct primary_wait waits;
static atomic_uint wakes;
static unsigned left;

static void on_wake(void *arg)
{
	(void)arg;
	atomic_fetch_add(&wakes, 1);
}

/* The socket is still there: an event loop must forget it before. */
static void on_leaving(void *arg)
{
	(void)arg;
	left++;
	assert_true(fcntl(stream.fd, F_GETFD) >= 0);
}

static void begin_search(void)
{
	static const struct primary_owner owner = { .wake = on_wake,
		.leaving = on_leaving };
	struct runtime *runtime = front_scene_runtime();
	left = 0;
	atomic_store(&wakes, 0);
	primary = (struct primary){ 0 };
	primary_begin(&search, &runtime->clients[0], runtime->conf, &stream, &primary,
		&owner);
}

static enum primary_status step(void)
{
	int64_t before = monotonic_ms();
	enum primary_status status = primary_step(&search, &waits);
	if (status == PRIMARY_WAITS) {
		assert_true(waits.until >= before);
		assert_true(stream.fd >= 0);
	}
	return status;
}

/* As a loop does it, as long as it waits for the socket. */
static enum primary_status go_on(void)
{
	enum primary_status status;
	while ((status = step()) == PRIMARY_WAITS && waits.events != 0) {
		struct pollfd poll_fd = { .fd = stream.fd, .events = waits.events };
		int64_t ms = waits.until - monotonic_ms();
		(void)poll(&poll_fd, 1, ms > 0 ? (int)ms : 0);
	}
	return status;
}

static void owner_of_primary(char owner[64])
{
	snprintf(owner, 64, OWNER, primary_scene.port);
}

static void publish_held_primary(const struct credential *key)
{
	char owner[64];
	owner_of_primary(owner);
	publish_held(owner, 60, key);
}

static void release_primary(void)
{
	char owner[64];
	owner_of_primary(owner);
	fake_resolver_release(owner);
	fake_resolver_settle();
}

static void configure_hasty(uint16_t port)
{
	char text[512];
	snprintf(text, sizeof(text),
		"server:\n    handshake-timeout: 1\n"
		"dns:\n    timeout: 20\n"
		"client:\n  - id: out\n    listen: 127.0.0.1@5853\n    primary: 127.0.0.1@%u\n"
		"    name: p.example\n    key-file: %s\n",
		port, front_scene_key_file());
	front_scene_install(text);
}

static void a_search_waits_for_dns_and_is_woken(void **state)
{
	(void)state;
	static const struct {
		const struct credential *key;
		enum primary_status status;
	} rows[] = {
		{ &front_scene_other, PRIMARY_FOUND },
		{ &front_scene_mine, PRIMARY_NONE },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		primary_scene_begin(PRIMARY_ANSWERS);
		publish_held_primary(rows[i].key);
		primary_scene_configure(NULL, NULL);
		begin_search();
		assert_int_equal(go_on(), PRIMARY_WAITS);
		/* Early calls do no harm. */
		assert_int_equal(step(), PRIMARY_WAITS);
		assert_int_equal(waits.events, 0);
		assert_int_equal(atomic_load(&wakes), 0);
		release_primary();
		assert_int_equal(atomic_load(&wakes), 1);
		assert_int_equal(go_on(), rows[i].status);
		assert_int_equal(left, rows[i].status == PRIMARY_NONE);
		if (rows[i].status == PRIMARY_FOUND) {
			check_verdict(primary.result.verdict, DANCE_ALLOW);
			assert_ptr_equal(primary.address,
				&front_scene_runtime()->clients[0].conf->primaries[0]);
		} else {
			assert_int_equal(stream.fd, -1);
			assert_non_null(strstr(primary.why, "primary refused, owner _"));
		}
		stream_close(&stream);
		primary_scene_end();
	}
}

static void dns_has_no_longer_than_the_handshake(void **state)
{
	(void)state;
	primary_scene_begin(PRIMARY_ANSWERS);
	publish_held_primary(&front_scene_other);
	configure_hasty(primary_scene.port);
	begin_search();
	assert_int_equal(go_on(), PRIMARY_WAITS);
	while (monotonic_ms() < waits.until) {
		assert_int_equal(step(), PRIMARY_WAITS);
		monotonic_pause();
	}
	assert_int_equal(step(), PRIMARY_NONE);
	assert_int_equal(stream.fd, -1);
	check_verdict(primary.result.verdict, DANCE_FAIL_TIMEOUT);
	assert_non_null(strstr(primary.why, "primary failed, owner _"));
	assert_non_null(strstr(primary.why, "no answer within the time for the handshake"));
	release_primary();
	assert_int_equal(atomic_load(&wakes), 0);
	primary_scene_end();
}

/* One that accepts and then says nothing, and one that does not even accept. */
static void a_silent_primary_has_its_time(void **state)
{
	(void)state;
	for (int row = 0; row < 2; row++) {
		int crowd[8];
		uint16_t port;
		int listener = loopback_socket(SOCK_STREAM, &port);
		publish("*._tcp.p.example", 60, &front_scene_other);
		for (size_t i = 0; row == 1 && i < ROWS(crowd); i++) {
			/* No more wait to be accepted than one. */
			assert_int_equal(listen(listener, 0), 0);
			const struct sockaddr_in at = { .sin_family = AF_INET,
				.sin_port = htons(port),
				.sin_addr = { htonl(INADDR_LOOPBACK) } };
			crowd[i] = stream_connect((const struct sockaddr *)&at, sizeof(at),
				NULL, 0);
		}
		configure_hasty(port);
		begin_search();
		assert_int_equal(step(), PRIMARY_WAITS);
		assert_true(waits.events != 0);
		assert_int_equal(go_on(), PRIMARY_NONE);
		assert_int_equal(left, 1);
		assert_string_equal(primary.why,
			row == 0 ? "handshake failed (not finished in time)" :
				   "primary unreachable (Connection timed out)");
		for (size_t i = 0; row == 1 && i < ROWS(crowd); i++) {
			close(crowd[i]);
		}
		close(listener);
	}
}

static void a_search_that_is_stopped_leaves_nothing(void **state)
{
	(void)state;
	primary_scene_begin(PRIMARY_ANSWERS);
	publish_held_primary(&front_scene_other);
	primary_scene_configure(NULL, NULL);
	begin_search();
	primary_stop(&search); /* before it has begun */
	assert_int_equal(left, 0);
	assert_int_equal(step(), PRIMARY_WAITS);
	primary_stop(&search);
	assert_int_equal(left, 1);
	assert_int_equal(stream.fd, -1);
	begin_search();
	assert_int_equal(go_on(), PRIMARY_WAITS);
	assert_int_equal(waits.events, 0);
	primary_stop(&search);
	primary_stop(&search);
	assert_int_equal(left, 1);
	assert_int_equal(stream.fd, -1);
	release_primary();
	assert_int_equal(atomic_load(&wakes), 0);
	primary_scene_end();
}

static void the_next_primary_is_tried_in_the_same_search(void **state)
{
	(void)state;
	char both[96];
	primary_scene_begin(PRIMARY_ANSWERS);
	primary_scene_publish(&front_scene_other);
	snprintf(both, sizeof(both), "[ 127.0.0.3@%u, 127.0.0.2@%u, 127.0.0.1@%u ]",
		primary_scene.port, primary_scene.port, primary_scene.port);
	primary_scene_configure(both, NULL);
	struct client *client = &front_scene_runtime()->clients[0];
	client->best = 1;
	begin_search();
	assert_int_equal(go_on(), PRIMARY_FOUND);
	assert_int_equal(left, 2);
	assert_int_equal(client->best, 2);
	stream_close(&stream);
	primary_scene_end();
	/* Each of them once: the last one first. */
	begin_search();
	assert_int_equal(go_on(), PRIMARY_NONE);
	assert_int_equal(left, 3);
	assert_ptr_equal(search.client, client);
	assert_int_equal(search.number, 1);
	assert_true(client->unreachable);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, front_scene_begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_primary_is_proved_by_its_records),
		ONE(one_that_is_not_is_refused),
		ONE(one_that_speaks_something_else_is_none),
		ONE(the_one_that_answered_last_is_the_first_to_be_asked),
		cmocka_unit_test_setup_teardown(only_transfers_and_changes_are_logged,
			heard_begin, heard_end),
		ONE(a_search_waits_for_dns_and_is_woken),
		ONE(dns_has_no_longer_than_the_handshake),
		ONE(a_silent_primary_has_its_time),
		ONE(a_search_that_is_stopped_leaves_nothing),
		ONE(the_next_primary_is_tried_in_the_same_search),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
