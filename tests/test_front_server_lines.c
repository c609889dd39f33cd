/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front for DNS logs of a client, from its first octet to its end, and what it counts: each
 * line and each counter. */

#include "check.h"

#include "front_lines.h"
#include "scene.h"
#include "server_mode.h"
#include "server_scene.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REMOTE ", remote 127.0.0.1@5353"
#define CLIENT ", client a.example, key KEY"
#define ALLOW ", verdict allow, record 3 1 1, ttl 60\n"
#define ALLOWED REMOTE ", as 192.0.2.2" CLIENT ALLOW
#define SERVER ", server 127.0.0.1@PORT"
#define IS_HERE "connections 1, result accepted 1, "

static int listener;
static uint16_t port;

static bool no_answers;          /* none of our own can be written */
static atomic_int free_then;     /* lowest_free() when one was to be written last */
static int identities_left = -1; /* that are found; negative: all */

/* The number that the next descriptor gets. */
static int lowest_free(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	return fd;
}

size_t __real_message_refuse(const uint8_t *message, size_t size, uint8_t rcode, int ede,
	const char *text, uint8_t *answer_octets, size_t answer_size);
size_t __wrap_message_refuse(const uint8_t *message, size_t size, uint8_t rcode, int ede,
	const char *text, uint8_t *answer_octets, size_t answer_size);
size_t __wrap_message_refuse(const uint8_t *message, size_t size, uint8_t rcode, int ede,
	const char *text, uint8_t *answer_octets, size_t answer_size)
{
	atomic_store(&free_then, lowest_free());
	return no_answers ? 0 :
			    __real_message_refuse(message, size, rcode, ede, text,
				    answer_octets, answer_size);
}

const struct conf_identity *__real_identity_map_find_result(const struct identity_map *map,
	const struct dance_result *result);
const struct conf_identity *__wrap_identity_map_find_result(const struct identity_map *map,
	const struct dance_result *result);
const struct conf_identity *__wrap_identity_map_find_result(const struct identity_map *map,
	const struct dance_result *result)
{
	if (identities_left == 0) {
		return NULL;
	}
	identities_left -= identities_left > 0;
	return __real_identity_map_find_result(map, result);
}

static int begin(void **state)
{
	static long later_s; /* so that lines of another test do not count for the limit */
	int wrong = server_scene_begin(state);
	later_s += 2;
	atomic_store(&scene.later_s, later_s);
	listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	return lines_begin(state) != 0 ? -1 : wrong;
}

static int end(void **state)
{
	int wrong = lines_end(state);
	no_answers = false;
	identities_left = -1;
	close(listener);
	return front_scene_end(state) != 0 ? -1 : wrong;
}

/* The client asks, and the server behind has heard it. */
static int ask_server(uint16_t type)
{
	uint8_t header[28], heard_there[MESSAGE_MAX];
	const struct dns_message query = dns_query(1, type, 0);
	say(query.octets, query.size);
	int fd = loopback_accept(listener);
	assert_int_equal(recv(fd, header, sizeof(header), MSG_WAITALL), sizeof(header));
	assert_int_equal(get_message(fd, heard_there), query.size);
	return fd;
}

static void server_answers(int fd, uint16_t rcode, uint16_t type)
{
	uint8_t heard_here[MESSAGE_MAX];
	struct dns_message answer = dns_begin(1, (uint16_t)(0x8000 | rcode), type);
	dns_soa(&answer, 1, 7);
	put_message(fd, &answer);
	assert_int_equal(hear_message(heard_here), answer.size);
}

static void what_a_permitted_client_gets(void **state)
{
	(void)state;
	static const struct {
		uint16_t type;
		const char *said, *counts;
	} rows[] = {
		{ DNS_SOA,
			"debug: front xot, SOA example.com. allowed" ALLOWED
			"debug: front xot, SOA example.com. answered" REMOTE SERVER
			", rcode NOERROR, as 192.0.2.2\n",
			"connections 1, queries 1, result accepted 1, verdict allow 1, it soa "
			"allowed 1, it octets 68" },
		{ DNS_AXFR,
			"info: front xot, AXFR example.com. allowed" ALLOWED
			"debug: front xot, AXFR example.com. answered" REMOTE SERVER
			", rcode NOERROR, as 192.0.2.2\n",
			"connections 1, queries 1, result accepted 1, verdict allow 1, it "
			"axfr allowed 1, it octets 68" },
		{ DNS_IXFR,
			"info: front xot, IXFR example.com. allowed" ALLOWED
			"debug: front xot, IXFR example.com. answered" REMOTE SERVER
			", rcode NOERROR, as 192.0.2.2\n",
			"connections 1, queries 1, result accepted 1, verdict allow 1, it "
			"ixfr allowed 1, it octets 68" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		come(&mine, &said);
		int fd = ask_server(rows[i].type);
		server_answers(fd, 0, rows[i].type);
		leave(false);
		close(fd);
		expect_said(port, rows[i].said, rows[i].counts);
	}
}

static void what_a_server_refuses(void **state)
{
	(void)state;
	come(&mine, &said);
	int fd = ask_server(DNS_SOA);
	server_answers(fd, 5, DNS_SOA);
	expect_said(port,
		"debug: front xot, SOA example.com. allowed" ALLOWED
		"notice: front xot, SOA example.com. answered" REMOTE SERVER
		", rcode REFUSED, as 192.0.2.2; do: permit this address for the zone on the "
		"server (provide-xfr, allow-transfer)\n",
		"connections 1, queries 1, answered-refused 1, result accepted 1, error "
		"refused 1, verdict allow 1, open 1, it soa allowed 1, it octets 68");
	leave(false);
	close(fd);
	expect_said(port, "", "");
}

static void a_server_that_leaves(void **state)
{
	(void)state;
	uint8_t heard_here[MESSAGE_MAX];
	come(&mine, &said);
	close(ask_server(DNS_SOA));
	assert_true(message_read_reply(heard_here, hear_message(heard_here), &scene.reply));
	assert_int_equal(scene.reply.rcode, SERVFAIL);
	leave(true);
	expect_said(port,
		"debug: front xot, SOA example.com. allowed" ALLOWED
		"warning: front xot, server closed the connection" SERVER
		" (a query was not answered); do: check that 'proxy' agrees with the server's "
		"configuration\n",
		"connections 1, queries 1, unanswered 1, result accepted 1, error gone 1, "
		"verdict allow 1, it soa allowed 1");
}

static void a_server_that_is_not_there(void **state)
{
	(void)state;
	close(listener);
	come(&mine, &said);
	const int free_before = lowest_free();
	assert_int_equal(ask_for(DNS_SOA), NO_SERVER);
	assert_int_equal(atomic_load(&free_then),
		free_before); /* its socket is closed by then */
	leave(true);
	listener = loopback_socket(SOCK_STREAM, &(uint16_t){ 0 });
	expect_said(port,
		"debug: front xot, SOA example. allowed" ALLOWED
		"warning: front xot, server unreachable" SERVER
		" (Connection refused); do: start the server, or correct 'server'\n",
		"connections 1, unanswered 1, result accepted 1, error unreachable 1, verdict "
		"allow 1, it soa allowed 1");
}

static void what_is_not_passed(void **state)
{
	(void)state;
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	leave(false);
	expect_said(port,
		"notice: front xot, A example. not passed" REMOTE
		", client a.example (its kind is not in 'pass'); do: add it to 'pass' if "
		"clients may send it\n",
		"connections 1, not-passed 1, result accepted 1, verdict allow 1, it other "
		"allowed 1");
}

/* A reload takes the section away, gives it another server, or the client another identity. */
static void what_a_reload_has_changed(void **state)
{
	(void)state;
	static const char changed[] = "notice: front xot, connection closed" REMOTE
				      " (the configuration or the identity has changed)\n";
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	const struct config later[] = { { .server = port, .id = "another" },
		{ .server = 9 }, { .server = port, .address = "192.0.2.3" } };
	for (size_t i = 0; i < ROWS(later); i++) {
		configure((struct config){ .server = port });
		come(&mine, &said);
		int fd = ask_server(DNS_SOA);
		server_answers(fd, 0, DNS_SOA);
		(void)lines(port);
		configure(later[i]);
		say(query.octets, query.size);
		leave(true);
		close(fd);
		assert_string_equal(lines(port), changed);
	}
}

static void who_is_refused(void **state)
{
	(void)state;
	come(&other, &said);
	asks(PROHIBITED, 1);
	assert_int_equal(scene.reply.rcode, REFUSED);
	assert_string_equal(scene.reply.ede_text, dance_verdict_text(DANCE_DENY_MISMATCH));
	leave(true);
	expect_said(port,
		"notice: front xot, A example. refused" REMOTE CLIENT
		", verdict mismatch (the one usable record is 3 1 1 KEY); do: publish TLSA 3 1 "
		"1 of this key, if it is really the client's\n",
		IS_HERE "verdict mismatch 1, it other denied 1");
	come(NULL, &silence);
	asks(PROHIBITED, 0);
	assert_string_equal(scene.reply.ede_text,
		dance_verdict_text(DANCE_DENY_CREDENTIAL));
	leave(true);
	expect_said(port,
		"notice: front xot, A example. refused" REMOTE
		", verdict credential (the peer showed no certificate or key); do: configure a "
		"certificate and key on the client\n",
		IS_HERE "verdict credential 1, nobody other denied 1");
}

/* Without an answer, whoever is refused is left. */
static void who_is_refused_without_a_word(void **state)
{
	(void)state;
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	no_answers = true;
	come(&other, &said);
	say(query.octets, query.size);
	leave(true);
	expect_said(port,
		"notice: front xot, SOA example.com. refused" REMOTE CLIENT
		", verdict mismatch (the one usable record is 3 1 1 KEY); do: publish TLSA 3 1 "
		"1 of this key, if it is really the client's\n",
		IS_HERE "verdict mismatch 1, it soa denied 1");
}

static void who_is_permitted_as_nobody(void **state)
{
	(void)state;
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	for (identities_left = 0; identities_left < 2;) {
		const int found = identities_left;
		come(&mine, &said);
		say(query.octets, query.size);
		leave(true);
		expect_said(port,
			found == 0 ? "" :
				     "notice: front xot, connection closed" REMOTE
				     " (the configuration or the identity has changed)\n",
			found == 0 ? "connections 1, result accepted 1" :
				     IS_HERE "verdict allow 1, it soa allowed 1");
		identities_left = found + 1;
	}
}

/* DNS has no answer. */
static void who_cannot_be_decided_about(void **state)
{
	(void)state;
	static const struct tls_word word = SAID("\x09"
						 "c.example");
	answer("c.example", RESOLVER_FAILED, TTL, "SERVFAIL");
	configure((struct config){ .name = "c.example" });
	(void)lines(0);
	come(&mine, &word);
	assert_int_equal(ask_for(DNS_AXFR), 22);
	assert_int_equal(scene.reply.rcode, SERVFAIL);
	assert_string_equal(scene.reply.ede_text, dance_verdict_text(DANCE_FAIL_LOOKUP));
	leave(true);
	expect_said(port,
		"warning: front xot, AXFR example. failed" REMOTE
		", client c.example, key KEY, verdict lookup (SERVFAIL); do: open outgoing "
		"port 53 or set 'resolver'; else check the name servers of the client's zone\n",
		IS_HERE "verdict lookup 1, it axfr failed 1");
}

#define TURNED_AWAY "warning: front xot, turned away" REMOTE ", client "
#define FEWER "; do: raise this limit, or let the client open fewer connections\n"

static void who_has_too_many_connections(void **state)
{
	(void)state;
	static const struct tls_word listed = SAID("\x09" NAME),
				     x = SAID("\x0e"
					      "x.wild.example"),
				     y = SAID("\x0e"
					      "y.wild.example");
	static const struct {
		const char *limits, *name;
		const struct tls_word *first, *second;
		const char *said;
	} rows[] = {
		{ "    max-per-identity: 1\n", NAME, &listed, &listed,
			TURNED_AWAY "a.example, limit max-per-identity" FEWER },
		{ "    max-per-identity: 1\n", "*.wild.example", &x, &x,
			TURNED_AWAY "x.wild.example, entry *.wild.example, limit "
				    "max-per-identity" FEWER },
		{ "    max-per-suffix: 1\n", "*.wild.example", &x, &y,
			TURNED_AWAY "y.wild.example, entry *.wild.example, limit "
				    "max-per-suffix" FEWER },
	};
	log_set(false, LEVEL_INFO); /* without the news of records */
	publish("x.wild.example", TTL, &mine);
	publish("y.wild.example", TTL, &mine);
	for (size_t i = 0; i < ROWS(rows); i++) {
		configure((struct config){ .name = rows[i].name, .limits = rows[i].limits });
		(void)lines(0);
		far = &far_ends[0];
		come(&mine, rows[i].first);
		asks(NOT_PASSED, 1);
		(void)lines(0);
		(void)tallied();
		far = &far_ends[1];
		come(&mine, rows[i].second);
		leave(true);
		expect_said(0, rows[i].said,
			"connections 1, turned-away 1, result accepted 1, result limit 1, open "
			"1");
		far = &far_ends[0];
		leave(false);
		assert_string_equal(tallied(), "");
	}
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_a_permitted_client_gets),
		ONE(what_a_server_refuses),
		ONE(a_server_that_leaves),
		ONE(a_server_that_is_not_there),
		ONE(what_is_not_passed),
		ONE(what_a_reload_has_changed),
		ONE(who_is_refused),
		ONE(who_is_refused_without_a_word),
		ONE(who_is_permitted_as_nobody),
		ONE(who_cannot_be_decided_about),
		ONE(who_has_too_many_connections),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
