/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front for streams logs of a client, from its handshake to its end, and what it counts:
 * each line and each counter. */

#include "stream_scene.h"

#include "front_lines.h"
#include "stream_log.h"
#include "workers.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REMOTE ", remote 127.0.0.1@5353"
#define KNOWN ", client a.example, key KEY, verdict allow, record 3 1 1, ttl 60\n"
#define ALLOWED "info: front mqtt, stream allowed" REMOTE ", as a.example" KNOWN
#define ENDED_WITH(received, sent) \
	"info: front mqtt, stream ended" REMOTE ", client a.example, received " received \
	", sent " sent ", seconds S"
#define ENDED ENDED_WITH("4", "4")
#define CAME "connections 1, streams 1, result accepted 1, verdict allow 1, flowed 1"
#define FLOWED ", it stream allowed 1, it octets in 4, it octets out 4"
#define CHANGED "the configuration or the identity has changed"

static int begin(void **state)
{
	int wrong = begin_scene(state);
	return lines_begin(state) != 0 ? -1 : wrong;
}

static int end(void **state)
{
	int wrong = lines_end(state);
	return end_scene(state) != 0 ? -1 : wrong;
}

static void reload(struct stream_config config)
{
	configure(config);
	workers_tell();
}

static void come_and_flow(void)
{
	come_to_server();
	expect_flow();
}

/* Nothing more is to be heard. */
static void expect_nothing(void)
{
	char octet;
	assert_true(SSL_read(client.ssl, &octet, 1) <= 0);
	ERR_clear_error();
}

static void close_server(bool abruptly)
{
	const struct linger abrupt = { .l_onoff = abruptly };
	assert_int_equal(setsockopt(server, SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt)),
		0);
	close(server);
	server = -1;
}

/* --- what ends it ------------------------------------------------------------------------ */

static void the_client_leaves(void **state)
{
	(void)state;
	struct counts *counts = front_scene_runtime()->fronts[0].counts;
	come_and_flow();
	assert_int_equal(counter_read(&counts->open), 1);
	assert_int_equal(counter_read(&counts->streams_open), 1);
	leave();
	expect_closed(server);
	expect_said(port, ALLOWED ENDED " (the client is gone)\n", CAME FLOWED);
}

static void both_sides_end(void **state)
{
	(void)state;
	come_and_flow();
	assert_true(SSL_shutdown(client.ssl) >= 0);
	expect_closed(server);
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	expect_end(true);
	leave();
	expect_said(port, ALLOWED ENDED " (both sides have closed it)\n", CAME FLOWED);
}

static void the_server_breaks_off(void **state)
{
	(void)state;
	come_and_flow();
	close_server(true);
	expect_nothing();
	leave();
	expect_said(port, ALLOWED ENDED " (the server is gone)\n", CAME FLOWED);
}

static void nothing_passes(void **state)
{
	(void)state;
	configure((struct stream_config){ .more = "    idle-timeout: 1\n" });
	come_to_server();
	expect_end(false);
	leave();
	expect_said(port,
		ALLOWED ENDED_WITH("0", "0") " (nothing has passed for 'idle-timeout')\n",
		CAME ", it stream allowed 1");
}

/* The server reads nothing, so that nobody reads from the client either, and sees its end. */
static void the_program_ends(void **state)
{
	(void)state;
	static const char much[16384], why[] = " (" CONNECTION_CLOSED_HERE ")\n";
	come_to_server();
	assert_int_equal(fcntl(client.fd, F_SETFL, O_NONBLOCK), 0);
	for (unsigned waited = 0; waited < 100; waited++) {
		if (SSL_write(client.ssl, much, sizeof(much)) > 0) {
			waited = 0;
		} else {
			ERR_clear_error();
			usleep(1000);
		}
	}
	expect_all_to_leave();
	leave();
	const char *text = lines(port);
	assert_true(strlen(text) > sizeof(why));
	assert_string_equal(text + strlen(text) - (sizeof(why) - 1), why);
}

/* --- who does not get there -------------------------------------------------------------- */

static void who_is_refused(void **state)
{
	(void)state;
	come(&other);
	expect_end(true);
	expect_left(true);
	leave();
	expect_said(port,
		"notice: front mqtt, stream refused" REMOTE
		", client a.example, key KEY, verdict mismatch (the one usable record is 3 1 1 "
		"KEY); do: publish TLSA 3 1 1 of this key, if it is really the client's\n",
		"connections 1, result accepted 1, verdict mismatch 1, it stream denied 1");
	come(NULL);
	expect_end(true);
	expect_left(true);
	leave();
	expect_said(port,
		"notice: front mqtt, stream refused" REMOTE
		", verdict credential (the peer showed no certificate or key); do: configure a "
		"certificate and key on the client\n",
		"connections 1, result accepted 1, verdict credential 1, nobody stream denied "
		"1");
}

static void who_cannot_be_decided_about(void **state)
{
	(void)state;
	answer("d.example", RESOLVER_FAILED, TTL, "SERVFAIL");
	configure((struct stream_config){ .name = "d.example" });
	(void)lines(port);
	come(&mine);
	expect_end(true);
	expect_left(true);
	leave();
	expect_said(port,
		"warning: front mqtt, stream failed" REMOTE
		", client d.example, key KEY, verdict lookup (SERVFAIL); do: open outgoing "
		"port 53 or set 'resolver'; else check the name servers of the client's zone\n",
		"connections 1, result accepted 1, verdict lookup 1, it stream failed 1");
}

static void a_server_that_is_not_there(void **state)
{
	(void)state;
	close(listener);
	come(&mine);
	expect_end(true);
	expect_left(true);
	leave();
	listener = loopback_socket(SOCK_STREAM, &(uint16_t){ 0 });
	expect_said(port,
		ALLOWED
		"warning: front mqtt, server unreachable, server 127.0.0.1@PORT (Connection "
		"refused); do: start the server, or correct 'server'\n" ENDED_WITH("0",
			"0") " (the upstream server cannot be reached)\n",
		"connections 1, unanswered 1, result accepted 1, error unreachable 1, verdict "
		"allow 1, it stream allowed 1");
}

static void who_has_too_many_streams(void **state)
{
	(void)state;
	configure((struct stream_config){ .limits = "    max-per-identity: 1\n" });
	come_to_server();
	const struct stream_client first = client;
	come(&mine);
	expect_end(true);
	expect_left(true);
	leave();
	client = first;
	leave();
	expect_said(port,
		ALLOWED
		"warning: front mqtt, turned away" REMOTE
		", client a.example, limit max-per-identity; do: raise this limit, or let the "
		"client open fewer connections\n" ENDED_WITH("0",
			"0") " (the client is gone)\n",
		"connections 2, turned-away 1, streams 1, result accepted 2, result limit 1, "
		"verdict allow 2, flowed 1, it stream allowed 2");
}

static void which_protocol_is_missing(void **state)
{
	(void)state;
	int near;
	configure((struct stream_config){ .more = "    alpn: mqtt\n" });
	socket_pair(&near, &client.fd);
	client.ctx = tls_new(&mine, NULL);
	assert_int_equal(SSL_CTX_set_alpn_protos(client.ctx,
				 (const unsigned char *)"\x02h2", 3),
		0);
	client.ssl = SSL_new(client.ctx);
	assert_true(SSL_set_app_data(client.ssl, &client.seen));
	assert_true(SSL_set_fd(client.ssl, client.fd));
	serve(stream_mode_begin, near, false, "mqtt");
	assert_true(SSL_connect(client.ssl) <= 0);
	leave();
	expect_left(true);
	expect_said(port,
		"notice: front mqtt, handshake failed" REMOTE
		" (no application protocol); do: offer a protocol of 'alpn' on the client\n",
		"connections 1, failed-handshakes 1, result handshake 1, alert 120 1");
}

/* --- what DNS and reloads make of it ----------------------------------------------------- */

static void expect_cut(void)
{
	expect_end(false);
	expect_left(true);
	expect_closed(server);
	leave();
}

static void a_record_of_another_key(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	come_and_flow();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	expect_cut();
	expect_said(port,
		ALLOWED
		"notice: front mqtt, stream closed" REMOTE
		", client a.example, key KEY, verdict mismatch (the one usable record is 3 1 1 "
		"KEY); do: publish TLSA 3 1 1 of this key, if it is really the client's\n" ENDED
		" (the client is no longer proved)\n",
		"connections 1, streams 1, streams-closed 1, result accepted 1, verdict allow "
		"1, verdict mismatch 1, flowed 1, cut 1" FLOWED);
}

static void what_a_reload_has_changed(void **state)
{
	(void)state;
	log_set(false, LEVEL_INFO); /* without the news of records */
	come_and_flow();
	reload((struct stream_config){ .name = OTHER_NAME });
	expect_cut();
	expect_said(port,
		ALLOWED "notice: front mqtt, stream closed" REMOTE
			", client a.example (" CHANGED ")\n" ENDED " (" CHANGED ")\n",
		"connections 1, streams 1, streams-closed 1, result accepted 1, verdict allow "
		"1, flowed 1, cut 1" FLOWED);
	/* And of a client that waits. */
	publish_held("c.example", TTL, &mine);
	configure((struct stream_config){ .name = "c.example" });
	come(&mine);
	configure((struct stream_config){ .id = "another" });
	fake_resolver_release("c.example");
	expect_end(true);
	expect_left(true);
	leave();
	assert_string_equal(lines(port),
		"notice: front mqtt, stream closed" REMOTE " (" CHANGED ")\n");
}

static void who_the_server_is_told_of(void **state)
{
	(void)state;
	static const struct {
		const char *more, *said;
	} rows[] = {
		{ "    source: identity\n", ", as 192.0.2.2" KNOWN },
		{ "    recheck: off\n", ", as a.example" KNOWN },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char wanted[512];
		configure((struct stream_config){ .more = rows[i].more });
		come_to_server();
		snprintf(wanted, sizeof(wanted),
			"info: front mqtt, stream allowed" REMOTE "%s", rows[i].said);
		assert_string_equal(lines(port), wanted);
		leave();
		(void)lines(port);
	}
}

/* --- the lines themselves ---------------------------------------------------------------- */

static void a_line_has_all_there_is_to_say(void **state)
{
	(void)state;
	static char id[] = "mqtt";
	struct conf_front conf = { .id = id, .proxy = CONF_PROXY_ON };
	struct front front = { .conf = &conf };
	struct connection connection = { .front = &front, .from_text = "192.0.2.1@7" };
	struct dance_result result = { .size = sizeof(result), .verdict = DANCE_ALLOW };
	strcpy(result.name, "x.a.example");
	strcpy(result.entry, "*.a.example");
	const struct conf_identity identity = { .address = { .text = "192.0.2.2" } };
	const struct stream_log_flow flow = { 1, 2, 123999 };
	stream_log_end(&connection, "a.example", &flow, "why");
	assert_string_equal(lines(0),
		"info: front mqtt, stream ended, remote 192.0.2.1@7, client a.example, "
		"received 1, sent 2, seconds 123 (why)\n");
	stream_log_allowed(&connection, &result, &identity);
	assert_string_equal(lines(0),
		"info: front mqtt, stream allowed, remote 192.0.2.1@7, client x.a.example, "
		"entry *.a.example, verdict allow\n");
	static const char no_memory[] = "remote 192.0.2.1@7 (out of memory); do: ";
	for (int flows = 0; flows < 2; flows++) {
		char wanted[256];
		stream_log_out_of_memory(&connection, flows != 0);
		snprintf(wanted, sizeof(wanted), "error: front mqtt, stream %s, %s%s\n",
			flows != 0 ? "closed" : "failed", no_memory,
			dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
		assert_string_equal(lines(0), wanted);
	}
	/* A verdict that names nobody, or somebody else, is about who it was. */
	result.verdict = DANCE_DENY_NO_TLSA;
	static const char denied[] =
		"notice: front mqtt, stream closed, remote 192.0.2.1@7, client ";
	static const struct {
		const char *name, *said;
	} rows[] = { { "x.a.example", "x.a.example, entry *.a.example" },
		{ "y.a.example", "y.a.example" } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char wanted[256];
		stream_log_closed(&connection, rows[i].name, &result);
		snprintf(wanted, sizeof(wanted), "%s%s, verdict no-tlsa (%s); do: %s\n",
			denied, rows[i].said, dance_verdict_text(DANCE_DENY_NO_TLSA),
			dance_verdict_advice(DANCE_DENY_NO_TLSA, DANCE_CLIENT));
		assert_string_equal(lines(0), wanted);
	}
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(the_client_leaves),
		ONE(both_sides_end),
		ONE(the_server_breaks_off),
		ONE(nothing_passes),
		ONE(the_program_ends),
		ONE(who_is_refused),
		ONE(who_cannot_be_decided_about),
		ONE(a_server_that_is_not_there),
		ONE(who_has_too_many_streams),
		ONE(which_protocol_is_missing),
		ONE(a_record_of_another_key),
		ONE(what_a_reload_has_changed),
		ONE(who_the_server_is_told_of),
		ONE(a_line_has_all_there_is_to_say),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
