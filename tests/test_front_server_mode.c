/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One client of a front from its handshake to its last query: how often it is decided
 * about, and by what, and where its queries go. A query that is not passed on tells a
 * client that may come from one that may not, without an upstream server. */

#include "check.h"

#include "dance_openssl.h"
#include "front_scene.h"
#include "message.h"
#include "scene.h"
#include "server_mode.h"
#include "tls.h"
#include "upstream_slots.h"

#include <openssl/err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAME "a.example"
#define SAID(literal) { literal, sizeof(literal) - 1, 0 }

#define mine front_scene_mine
#define other front_scene_other

/* Extended errors: of a query that is not passed on, of a client that may not come, of one for
 * which DNS takes too long, and of an upstream server that does not answer. */
enum {
	NOT_PASSED = 21,
	PROHIBITED = 18,
	NOT_IN_TIME = 23,
	NO_SERVER = 23
};

enum {
	SERVFAIL = 2,
	REFUSED = 5
};

static const struct tls_word said = SAID("\x09" NAME), silence;

static atomic_uint decisions;
static atomic_long now_s = 1000; /* of the clock that counts sleep */
static atomic_uint looks;        /* at it */
static unsigned lasts_s;         /* how long each decision takes by it */
static atomic_long later_s;      /* the clock of deadlines is ahead */
static atomic_bool gives_way;    /* the next connection that is to be used again */

/* The far ends of two clients' connections, and the one that comes, asks and leaves. */
static struct far_end {
	struct served served;
	SSL_CTX *ctx;
	SSL *ssl;
	struct tls_end seen;
	int fd;
} far_ends[2], *far = far_ends;

enum dance_verdict __real_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided)
{
	atomic_fetch_add(&decisions, 1);
	atomic_fetch_add(&now_s, (long)lasts_s);
	return __real_dance_verify(with, peer, decided);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_BOOTTIME) {
		int result = __real_clock_gettime(clock, now);
		now->tv_sec += clock == CLOCK_MONOTONIC ? atomic_load(&later_s) : 0;
		return result;
	}
	*now = (struct timespec){ .tv_sec = atomic_load(&now_s) };
	atomic_fetch_add(&looks, 1);
	return 0;
}

bool __real_upstream_slot_resume(struct upstream_slot *slot);
bool __wrap_upstream_slot_resume(struct upstream_slot *slot);
bool __wrap_upstream_slot_resume(struct upstream_slot *slot)
{
	return __real_upstream_slot_resume(slot) && !atomic_exchange(&gives_way, false);
}

/* --- the front ---------------------------------------------------------------------------- */

/* What a configuration says that is not the same in all of them. */
struct config {
	const char *name;    /* NULL: NAME */
	const char *address; /* of the identity; NULL: 192.0.2.2 */
	uint16_t server;     /* its port on loopback; 0: one that nobody listens on */
	const char *more;    /* of the section `front`; NULL: none */
	const char *limits;  /* of the section `server`; NULL: none */
	const char *id;      /* NULL: xot */
};

static void configure(struct config config)
{
	char text[1024];
	snprintf(text, sizeof(text),
		"server:\n    handshake-timeout: %d\n%s"
		"dns:\n    timeout: 20\n"
		"identity:\n  - id: it\n    name: \"%s\"\n    address: %s\n"
		"front:\n  - id: %s\n    listen: 192.0.2.1\n    key-file: %s\n"
		"    server: 127.0.0.1@%u\n    identity: it\n%s",
		PATIENCE_S, config.limits != NULL ? config.limits : "",
		config.name != NULL ? config.name : NAME,
		config.address != NULL ? config.address : "192.0.2.2",
		config.id != NULL ? config.id : "xot", front_scene_key_file(),
		config.server != 0 ? config.server : 9u,
		config.more != NULL ? config.more : "");
	front_scene_install(text);
}

/* Puts a runtime in force that permits this name. */
static void permit(const char *name, const char *more)
{
	configure((struct config){ .name = name, .more = more });
}

static int begin(void **state)
{
	int wrong = front_scene_begin(state);
	far = far_ends;
	publish(NAME, TTL, &mine);
	publish("b.example", TTL, &other);
	permit(NAME, "");
	return wrong;
}

/* --- a client ----------------------------------------------------------------------------- */

/* One shakes hands, and is waited for with its first query. */
static void come(const struct credential *own, const struct tls_word *word)
{
	int near;
	atomic_store(&decisions, 0);
	atomic_store(&looks, 0);
	socket_pair(&near, &far->fd);
	far->ctx = tls_new(own, NULL);
	tls_say(far->ctx, DANCE_OPENSSL_EXTENSION, word);
	assert_int_equal(SSL_CTX_set_alpn_protos(far->ctx,
				 (const unsigned char *)"\x03"
							"dot",
				 4),
		0);
	far->ssl = SSL_new(far->ctx);
	far->seen.alert = -1;
	assert_true(SSL_set_app_data(far->ssl, &far->seen));
	assert_true(SSL_set_fd(far->ssl, far->fd));
	serve(&far->served, server_mode_run, near, false, "xot");
	assert_true(SSL_connect(far->ssl) == 1);
}

static void hear(uint8_t *octets, size_t size)
{
	for (size_t got; size > 0; octets += got, size -= got) {
		got = 0;
		assert_true(SSL_read_ex(far->ssl, octets, size, &got));
	}
}

static void say(const uint8_t *message, size_t size)
{
	uint8_t octets[2 + 1024];
	size_t put;
	octets[0] = (uint8_t)(size >> 8);
	octets[1] = (uint8_t)size;
	memcpy(octets + 2, message, size);
	assert_true(SSL_write_ex(far->ssl, octets, 2 + size, &put));
}

static size_t hear_message(uint8_t answer[MESSAGE_MAX])
{
	uint8_t length[2];
	hear(length, sizeof(length));
	size_t size = (size_t)length[0] << 8 | length[1];
	hear(answer, size);
	return size;
}

static struct message_reply reply; /* the last one */

/* Asks for "example.", with an OPT record; the extended error of the answer. */
static int ask_for(uint16_t type)
{
	uint8_t query[] = "\0\1\0\0\0\1\0\0\0\0\0\1"
			  "\7example\0\0\1\0\1"
			  "\0\0\x29\x10\0\0\0\0\0\0";
	uint8_t answer[MESSAGE_MAX];
	query[22] = (uint8_t)type;
	say(query, sizeof(query));
	assert_true(message_read_reply(answer, hear_message(answer), &reply));
	return reply.ede;
}

static int ask(void)
{
	return ask_for(DNS_A);
}

/* The front has closed the connection, or may do so now. */
static void leave(bool closed)
{
	uint8_t octet;
	size_t got;
	if (closed) {
		assert_false(SSL_read_ex(far->ssl, &octet, 1, &got));
		assert_int_not_equal(SSL_get_error(far->ssl, 0), SSL_ERROR_WANT_READ);
	}
	SSL_free(far->ssl);
	SSL_CTX_free(far->ctx);
	ERR_clear_error();
	close(far->fd);
	await_served(&far->served);
}

/* The answer to a query, and the decisions so far. */
static void asks(int answer, unsigned decided)
{
	assert_int_equal(ask(), answer);
	assert_int_equal(atomic_load(&decisions), decided);
}

/* --- what it is about --------------------------------------------------------------------- */

static void handshake_and_first_query_are_one_decision(void **state)
{
	(void)state;
	const struct tls_word *const words[] = { &said, &silence };
	for (size_t i = 0; i < ROWS(words); i++) {
		come(&mine, words[i]);
		asks(NOT_PASSED, 1);
		leave(false);
		come(&other, words[i]);
		asks(PROHIBITED, 1);
		assert_int_equal(reply.rcode, REFUSED);
		leave(true);
	}
}

static void each_further_query_is_another(void **state)
{
	(void)state;
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	asks(NOT_PASSED, 2);
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	asks(PROHIBITED, 3);
	leave(true);
}

/* Of a client without a name: when it comes, and when what was decided is kept, there is a
 * look at the clock. */
static void await_decision(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	while (atomic_load(&looks) < 2) {
		nanosleep(&moment, NULL);
	}
	assert_int_equal(atomic_load(&decisions), 1);
}

static void an_allow_counts_within_its_ttl(void **state)
{
	(void)state;
	come(&mine, &silence);
	await_decision();
	answer(NAME, RESOLVER_DENIED, TTL, NULL);
	pass(TTL * 1000);
	atomic_fetch_add(&now_s, TTL);
	asks(PROHIBITED, 2);
	leave(true);
}

/* A record that has come after the handshake lets the client in, on the same connection. */
static void a_no_counts_until_dns_says_something_new(void **state)
{
	(void)state;
	come(&other, &silence);
	await_decision();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	asks(NOT_PASSED, 2);
	leave(false);

	come(&mine, &silence);
	await_decision();
	pass(TTL * 1000);
	atomic_fetch_add(&now_s, 59);
	asks(PROHIBITED, 1);
	leave(true);
}

/* As the decision itself would have seen to. */
static void a_refusal_that_is_kept_brings_a_lookup(void **state)
{
	(void)state;
	come(&other, &silence);
	await_decision();
	pass(10000);
	unsigned asked = fake_resolver_asked(NAME);
	publish(NAME, TTL, &other);
	asks(PROHIBITED, 1);
	leave(true);
	fake_resolver_settle();
	assert_true(fake_resolver_asked(NAME) > asked);
	come(&other, &silence);
	asks(NOT_PASSED, 1);
	leave(false);
}

static void it_counts_under_the_same_runtime(void **state)
{
	(void)state;
	come(&mine, &silence);
	await_decision();
	permit(NAME, "");
	asks(NOT_PASSED, 2);
	leave(false);

	come(&mine, &silence);
	await_decision();
	permit(NAME, "    require-name: on\n");
	asks(PROHIBITED, 1);
	leave(true);

	permit(NAME, "");
	come(&mine, &silence);
	await_decision();
	permit("b.example", "");
	asks(PROHIBITED, 2);
	leave(true);
}

/* Who has not waited for long is let wait once more, and nobody waits twice for long. */
static void a_client_does_not_wait_for_long_twice(void **state)
{
	(void)state;
	const struct tls_word *const words[] = { &said, &silence };
	static const struct tls_word slow = SAID("\x0c"
						 "slow.example");
	publish_held("slow.example", TTL, &mine);
	permit("slow.example", "");
	fake_clock_set_pace(5);
	for (size_t i = 0; i < ROWS(words); i++) {
		const struct tls_word *word = words[i] == &said ? &slow : words[i];
		lasts_s = 0;
		come(&mine, word);
		asks(NOT_IN_TIME, word == &slow ? 3 : 2);
		assert_int_equal(reply.rcode, SERVFAIL);
		leave(true);
		lasts_s = 1;
		come(&mine, word);
		asks(NOT_IN_TIME, 1);
		leave(true);
	}
	lasts_s = 0;
	fake_clock_set_pace(0);
	fake_resolver_release("slow.example");
}

static void nothing_shown_is_nothing_to_decide(void **state)
{
	(void)state;
	come(NULL, &silence);
	asks(PROHIBITED, 0);
	leave(true);
}

/* --- where queries go --------------------------------------------------------------------- */

static const uint8_t proxy_of_192_0_2_2[] = { 13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T',
	10, 0x21, 0x11, 0, 12, 192, 0, 2, 2 };

/* The upstream server gets a connection, the address of the identity, and this query. */
static int server_hears(int listener, const struct dns_message *query)
{
	uint8_t header[28], heard[MESSAGE_MAX];
	int fd = loopback_accept(listener);
	assert_int_equal(recv(fd, header, sizeof(header), MSG_WAITALL), sizeof(header));
	assert_memory_equal(header, proxy_of_192_0_2_2, sizeof(proxy_of_192_0_2_2));
	assert_int_equal(get_message(fd, heard), query->size);
	assert_memory_equal(heard, query->octets, query->size);
	return fd;
}

static void server_says(int fd, uint16_t id)
{
	uint8_t heard[MESSAGE_MAX];
	struct dns_message answer = dns_begin(id, 0x8000, DNS_SOA);
	dns_soa(&answer, 1, 7);
	put_message(fd, &answer);
	assert_int_equal(hear_message(heard), answer.size);
	assert_memory_equal(heard, answer.octets, answer.size);
}

/* Asks the upstream server for a SOA record, and gets it. */
static int exchange(int listener, uint16_t id)
{
	const struct dns_message query = dns_query(id, DNS_SOA, 0);
	say(query.octets, query.size);
	int fd = server_hears(listener, &query);
	server_says(fd, id);
	return fd;
}

static void a_query_goes_to_the_server_in_the_name_of_its_identity(void **state)
{
	(void)state;
	uint16_t port;
	uint8_t heard[MESSAGE_MAX];
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	int fd = exchange(listener, 1);
	const struct dns_message again = dns_query(2, DNS_SOA, 0);
	say(again.octets, again.size);
	assert_int_equal(get_message(fd, heard), again.size); /* without a header */
	server_says(fd, 2);
	assert_int_equal(atomic_load(&decisions), 2);
	leave(false);
	expect_closed(fd);
	close(fd);
	close(listener);
}

static void a_server_that_is_not_there_is_told_of(void **state)
{
	(void)state;
	uint16_t port;
	close(loopback_socket(SOCK_STREAM, &port));
	configure((struct config){ .server = port });
	come(&mine, &said);
	assert_int_equal(ask_for(DNS_SOA), NO_SERVER);
	assert_int_equal(reply.rcode, SERVFAIL);
	assert_string_equal(reply.ede_text, "the upstream server cannot be reached");
	assert_true(front_scene_runtime()->fronts[0].unreachable);
	leave(true);

	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	front_scene_runtime()->fronts[0].unreachable = true;
	come(&mine, &said);
	int fd = exchange(listener, 1);
	assert_false(front_scene_runtime()->fronts[0].unreachable);
	leave(false);
	close(fd);
	close(listener);
}

/* Nor does it keep its place from the next one. */
static void a_server_that_leaves_without_an_answer_is_told_of(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port, .limits = "    max-per-server: 1\n" });
	for (unsigned i = 0; i < 2; i++) {
		uint8_t heard[MESSAGE_MAX];
		come(&mine, &said);
		const struct dns_message query = dns_query(1, DNS_SOA, 0);
		say(query.octets, query.size);
		close(server_hears(listener, &query));
		assert_true(message_read_reply(heard, hear_message(heard), &reply));
		assert_int_equal(reply.rcode, SERVFAIL);
		leave(true);
	}
	close(listener);
}

/* A client that has a server stays with it, and with the identity under which it is known
 * there, or is left. */
static void another_server_or_identity_ends_the_connection(void **state)
{
	(void)state;
	uint16_t port, other_port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	int other_listener = loopback_socket(SOCK_STREAM, &other_port);
	const struct config later[] = {
		{ .server = other_port },
		{ .server = port, .address = "192.0.2.3" },
		{ .server = port, .address = "127.0.0.2", .more = "    proxy: off\n" },
		{ .server = port, .id = "another" },
	};
	for (size_t i = 0; i < ROWS(later); i++) {
		configure((struct config){ .server = port });
		come(&mine, &said);
		int fd = exchange(listener, 1);
		configure(later[i]);
		const struct dns_message query = dns_query(2, DNS_SOA, 0);
		say(query.octets, query.size);
		leave(true);
		close(fd);
	}
	configure((struct config){ .server = other_port });
	come(&mine, &said); /* who had none has no reason to leave */
	configure((struct config){ .server = port });
	close(exchange(listener, 1));
	leave(false);
	close(listener);
	close(other_listener);
}

/* What passes is up to the runtime in force. */
static void a_reload_forbids_the_next_query(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	int fd = exchange(listener, 1);
	configure((struct config){ .server = port, .more = "    pass: notify\n" });
	assert_int_equal(ask_for(DNS_SOA), NOT_PASSED);
	leave(false);
	close(fd);
	close(listener);
}

static void a_name_has_so_many_connections_and_no_more(void **state)
{
	(void)state;
	configure((struct config){ .limits = "    max-per-identity: 1\n" });
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	far = &far_ends[1];
	come(&mine, &said);
	leave(true);
	far = &far_ends[0];
	asks(NOT_PASSED, 2);
	leave(false);
	come(&mine, &said);
	asks(NOT_PASSED, 1);
	leave(false);
}

static void an_idle_connection_to_the_server_gives_way(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port, .limits = "    max-per-server: 1\n" });
	come(&mine, &said);
	int first = exchange(listener, 1);
	far = &far_ends[1];
	come(&mine, &said);
	int second = exchange(listener, 2);
	expect_closed(first);
	far = &far_ends[0];
	int third = exchange(listener, 3); /* on a new connection */
	expect_closed(second);
	leave(false);
	far = &far_ends[1];
	leave(false);
	close(first);
	close(second);
	close(third);
	close(listener);
}

/* Before anybody has seen that it is gone. */
static void a_query_does_not_go_where_another_is_connected(void **state)
{
	(void)state;
	uint16_t port;
	int listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .server = port });
	come(&mine, &said);
	int first = exchange(listener, 1);
	atomic_store(&gives_way, true);
	int second = exchange(listener, 2);
	expect_closed(first);
	leave(false);
	close(first);
	close(second);
	close(listener);
}

/* Who is authenticated has all the time that a connection has, and nobody else. */
static void the_time_of_the_handshake_is_for_the_unauthenticated(void **state)
{
	(void)state;
	come(&mine, &said);
	atomic_fetch_add(&later_s, PATIENCE_S + 1);
	asks(NOT_PASSED, 1);
	leave(false);

	come(&other, &said);
	atomic_fetch_add(&later_s, PATIENCE_S + 1);
	const struct dns_message query = dns_query(1, DNS_SOA, 0);
	say(query.octets, query.size);
	leave(true);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(handshake_and_first_query_are_one_decision),
		ONE(each_further_query_is_another),
		ONE(an_allow_counts_within_its_ttl),
		ONE(a_no_counts_until_dns_says_something_new),
		ONE(a_refusal_that_is_kept_brings_a_lookup),
		ONE(it_counts_under_the_same_runtime),
		ONE(a_client_does_not_wait_for_long_twice),
		ONE(nothing_shown_is_nothing_to_decide),
		ONE(a_query_goes_to_the_server_in_the_name_of_its_identity),
		ONE(a_server_that_is_not_there_is_told_of),
		ONE(a_server_that_leaves_without_an_answer_is_told_of),
		ONE(another_server_or_identity_ends_the_connection),
		ONE(a_reload_forbids_the_next_query),
		ONE(a_name_has_so_many_connections_and_no_more),
		ONE(an_idle_connection_to_the_server_gives_way),
		ONE(a_query_does_not_go_where_another_is_connected),
		ONE(the_time_of_the_handshake_is_for_the_unauthenticated),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
