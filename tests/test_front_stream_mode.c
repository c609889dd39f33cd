/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front for streams between a client and a server that the test itself is: what reaches the
 * server, when, and what ends a stream that DNS or a reload says something new of. */

#include "check.h"

#include "front_scene.h"
#include "recheck.h"
#include "scene.h"
#include "stream_mode.h"
#include "tls.h"
#include "workers.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define NAME "a.example"
#define OTHER_NAME "b.example"
#define mine front_scene_mine
#define other front_scene_other

static uint16_t port;
static int listener, server; /* -1: nobody has been accepted */
static struct {
	SSL_CTX *ctx;
	SSL *ssl;
	struct tls_end seen;
	int fd;
} client;

/* So long after a verdict the next one is made; 0: as it should be. */
static atomic_uint next_check_ms;
static atomic_uint checks;

uint64_t __real_recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance);
uint64_t __wrap_recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance);
uint64_t __wrap_recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance)
{
	atomic_fetch_add(&checks, 1);
	unsigned ms = atomic_load(&next_check_ms);
	return ms != 0 ? ms :
			 __real_recheck_delay(recheck, verdict, max_stale_s, now, chance);
}

/* --- the scene --------------------------------------------------------------------------- */

struct config {
	const char *name;   /* NULL: NAME */
	const char *server; /* NULL: the listener */
	const char *more;   /* of the section `front`; NULL: none */
	const char *limits; /* of the section `server`; NULL: none */
	const char *dns;    /* of the section `dns`; NULL: none */
	const char *id;     /* NULL: mqtt */
};

static void configure(struct config config)
{
	char text[1024], at[64];
	snprintf(at, sizeof(at), "127.0.0.1@%u", port);
	snprintf(text, sizeof(text),
		"server:\n    handshake-timeout: %d\n%s"
		"dns:\n    timeout: 2000\n%s"
		"identity:\n  - id: it\n    name: \"%s\"\n    address: 192.0.2.2\n"
		"front:\n  - id: %s\n    mode: stream\n    listen: 192.0.2.1@8883\n"
		"    key-file: %s\n    server: %s\n    proxy: tls\n    identity: it\n%s",
		PATIENCE_S, config.limits != NULL ? config.limits : "",
		config.dns != NULL ? config.dns : "",
		config.name != NULL ? config.name : NAME,
		config.id != NULL ? config.id : "mqtt", front_scene_key_file(),
		config.server != NULL ? config.server : at,
		config.more != NULL ? config.more : "");
	front_scene_install(text);
}

/* As main.c does it. */
static void reload(struct config config)
{
	configure(config);
	workers_tell();
}

static int begin(void **state)
{
	int wrong = front_scene_begin(state);
	atomic_store(&next_check_ms, 0);
	atomic_store(&checks, 0);
	server = -1;
	listener = loopback_socket(SOCK_STREAM, &port);
	publish(NAME, TTL, &mine);
	publish(OTHER_NAME, TTL, &other);
	configure((struct config){ .name = NAME });
	return wrong;
}

static int end(void **state)
{
	close(listener);
	if (server >= 0) {
		close(server);
	}
	return front_scene_end(state);
}

/* Shakes hands, and is waited for. */
static void come(const struct credential *own)
{
	int near;
	socket_pair(&near, &client.fd);
	client.ctx = tls_new(own, NULL);
	client.ssl = SSL_new(client.ctx);
	client.seen.alert = -1;
	assert_true(SSL_set_app_data(client.ssl, &client.seen));
	assert_true(SSL_set_fd(client.ssl, client.fd));
	serve(stream_mode_begin, near, false, "mqtt");
	assert_int_equal(SSL_connect(client.ssl), 1);
}

static void leave(void)
{
	SSL_free(client.ssl);
	SSL_CTX_free(client.ctx);
	ERR_clear_error();
	close(client.fd);
	await_served();
}

static void say(const char *text)
{
	assert_int_equal(SSL_write(client.ssl, text, (int)strlen(text)), strlen(text));
}

static void expect_at_client(const char *text)
{
	char heard[64];
	assert_int_equal(SSL_read(client.ssl, heard, sizeof(heard)), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

/* The end, as the client sees it: in good order, or not. */
static void expect_end(bool good)
{
	char octet;
	int result = SSL_read(client.ssl, &octet, 1);
	assert_true(result <= 0);
	assert_int_equal(SSL_get_error(client.ssl, result) == SSL_ERROR_ZERO_RETURN, good);
	ERR_clear_error();
	assert_int_equal(recv(client.fd, &octet, 1, 0), 0); /* and then TCP's */
}

static void expect_at_server(const char *text)
{
	char heard[64];
	assert_int_equal(recv(server, heard, strlen(text), MSG_WAITALL), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

/* What it says of the client is in one piece. */
static void expect_header(const char *name)
{
	uint8_t header[512];
	ssize_t got = recv(server, header, 16, MSG_WAITALL | MSG_PEEK);
	assert_int_equal(got, 16);
	size_t size = 16 + ((size_t)header[14] << 8 | header[15]);
	assert_int_equal(recv(server, header, size, 0), size);
	assert_memory_equal(header, "\r\n\r\n\0\r\nQUIT\n\x21\x11", 14);
	size_t name_size = strlen(name);
	bool found = false;
	for (size_t at = 28; !found && at + 3 + name_size <= size; at++) {
		found = header[at] == 0x22 && header[at + 1] == 0 &&
			header[at + 2] == name_size &&
			memcmp(header + at + 3, name, name_size) == 0;
	}
	assert_true(found);
}

static void accept_server(void)
{
	if (server >= 0) {
		close(server);
	}
	server = loopback_accept(listener);
	expect_header(NAME);
}

static void come_to_server(void)
{
	come(&mine);
	accept_server();
}

static void expect_flow(void)
{
	say("ping");
	expect_at_server("ping");
	assert_int_equal(send(server, "pong", 4, MSG_NOSIGNAL), 4);
	expect_at_client("pong");
}

static bool nobody_is_there(void)
{
	struct pollfd poll_fd = { .fd = listener, .events = POLLIN };
	return poll(&poll_fd, 1, 0) == 0;
}

/* The stream is cut, on both sides. */
static void expect_cut(void)
{
	expect_end(false);
	expect_closed(server);
	leave();
}

static void await_checks(unsigned count)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	for (int i = 0; atomic_load(&checks) < count; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
}

/* --- who gets there ---------------------------------------------------------------------- */

static void the_header_comes_before_what_the_client_says(void **state)
{
	(void)state;
	come(&mine);
	say("early");
	accept_server();
	expect_at_server("early");
	expect_flow();
	leave();
	expect_closed(server);
}

static void a_client_that_is_not_proved_reaches_nobody(void **state)
{
	(void)state;
	come(&other);
	say("early");
	expect_end(true);
	assert_true(nobody_is_there());
	leave();
}

/* It has not been told of before it is known. */
static void nothing_passes_before_dns_has_answered(void **state)
{
	(void)state;
	publish_held("c.example", TTL, &mine);
	configure((struct config){ .name = "c.example" });
	come(&mine);
	say("early");
	usleep(20000);
	assert_true(nobody_is_there());
	fake_resolver_release("c.example");
	server = loopback_accept(listener);
	expect_header("c.example");
	expect_at_server("early");
	leave();
}

static void a_reload_counts_for_a_client_that_waits(void **state)
{
	(void)state;
	publish_held("c.example", TTL, &mine);
	configure((struct config){ .name = "c.example" });
	come(&mine);
	usleep(20000);
	configure((struct config){ .name = OTHER_NAME });
	fake_resolver_release("c.example");
	expect_end(true);
	assert_true(nobody_is_there());
	leave();
}

static void a_server_that_is_not_there_is_told_of(void **state)
{
	(void)state;
	close(listener);
	come(&mine);
	expect_end(true);
	assert_true(front_scene_runtime()->fronts[0].unreachable);
	leave();
	listener = loopback_socket(SOCK_STREAM, &port);
	configure((struct config){ .name = NAME });
	front_scene_runtime()->fronts[0].unreachable = true;
	come_to_server();
	expect_flow();
	assert_false(front_scene_runtime()->fronts[0].unreachable);
	leave();
}

static void a_server_may_be_a_unix_socket(void **state)
{
	(void)state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof(at.sun_path), "%s.sock", front_scene_key_file());
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	be_patient(fd);
	configure((struct config){ .server = at.sun_path });
	come(&mine);
	server = loopback_accept(fd);
	expect_header(NAME);
	expect_flow();
	leave();
	close(fd);
	assert_int_equal(unlink(at.sun_path), 0);
}

static void a_name_has_so_many_streams_and_no_more(void **state)
{
	(void)state;
	configure((struct config){ .limits = "    max-per-identity: 1\n" });
	come_to_server();
	SSL *ssl = client.ssl;
	SSL_CTX *ctx = client.ctx;
	int fd = client.fd;
	come(&mine);
	expect_end(true);
	leave();
	client.ssl = ssl;
	client.ctx = ctx;
	client.fd = fd;
	expect_flow();
	leave();
	come_to_server();
	leave();
}

/* --- what ends it ------------------------------------------------------------------------ */

static void both_ends_pass(void **state)
{
	(void)state;
	come_to_server();
	say("last");
	assert_true(SSL_shutdown(client.ssl) >= 0);
	expect_at_server("last");
	expect_closed(server);
	assert_int_equal(send(server, "answer", 6, MSG_NOSIGNAL), 6);
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	expect_at_client("answer");
	expect_end(true);
	leave();
}

static void a_record_of_another_key_cuts_it(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	come_to_server();
	expect_flow();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	expect_cut();
}

static void as_long_as_the_record_is_there_it_goes_on(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 5);
	come_to_server();
	await_checks(5);
	expect_flow();
	pass(TTL * 1000);
	await_checks(atomic_load(&checks) + 3);
	expect_flow();
	leave();
}

/* Not even when others are refused. */
static void with_recheck_off_it_goes_on(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 5);
	configure((struct config){ .more = "    recheck: off\n" });
	come_to_server();
	publish(NAME, TTL, &other);
	pass(TTL * 1000);
	usleep(50000);
	expect_flow();
	leave();
}

static void a_failure_leaves_it_for_max_stale(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	configure((struct config){ .dns = "    max-stale: 3600\n" });
	come_to_server();
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(TTL * 1000);
	pass(3000);
	await_checks(atomic_load(&checks) + 3);
	expect_flow();
	leave();
}

static void a_failure_cuts_it_when_the_record_has_expired(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	publish(NAME, 1, &mine);
	configure((struct config){ .limits = "    max-connections: 77\n" });
	pass(TTL * 1000);
	come_to_server();
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(5000);
	expect_cut();
}

static void a_wrong_answer_cuts_it_when_the_ttl_ends(void **state)
{
	(void)state;
	atomic_store(&next_check_ms, 20);
	publish(NAME, 2, &mine);
	configure((struct config){ .dns = "    max-stale: 3600\n" });
	pass(TTL * 1000);
	come_to_server();
	answer(NAME, RESOLVER_BOGUS, 0, "signature expired");
	pass(3000);
	expect_flow(); /* the host's clock has not moved */
	expect_cut();
}

/* --- reloads ----------------------------------------------------------------------------- */

static void a_reload_keeps_a_stream_that_may_go_on(void **state)
{
	(void)state;
	const struct timespec moment = { .tv_nsec = 1000000 };
	come_to_server();
	reload((struct config){ .limits = "    max-connections: 77\n" });
	expect_flow();
	/* It is the new runtime's now: the old one need not stay for it. */
	for (int i = 0; atomic_load(&front_scene_runtime()->users) != 2; i++) {
		assert_true(i < PATIENCE_S * 1000);
		nanosleep(&moment, NULL);
	}
	expect_flow();
	leave();
}

/* Its record may have expired long ago, and nobody has asked. */
static void without_rechecks_a_reload_that_cannot_decide_keeps_it(void **state)
{
	(void)state;
	static const char off[] = "    recheck: off\n";
	const struct timespec moment = { .tv_nsec = 1000000 };
	publish(NAME, 1, &mine);
	configure((struct config){ .more = off });
	pass(TTL * 1000);
	come_to_server();
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(5000);
	usleep(1200000); /* it has by the host's clock, too */
	unsigned before = atomic_load(&checks);
	reload((struct config){ .more = off });
	while (atomic_load(&checks) == before) {
		nanosleep(&moment, NULL);
	}
	expect_flow();
	leave();
}

static void a_reload_cuts_what_it_changes(void **state)
{
	(void)state;
	char elsewhere[64];
	snprintf(elsewhere, sizeof(elsewhere), "127.0.0.2@%u", port);
	const struct config later[] = {
		{ .name = OTHER_NAME },
		{ .server = elsewhere },
		{ .more = "    source: identity\n" },
		{ .id = "another" },
	};
	for (size_t i = 0; i < ROWS(later); i++) {
		configure((struct config){ .name = NAME });
		come_to_server();
		expect_flow();
		reload(later[i]);
		expect_cut();
	}
}

/* --- the end of the program -------------------------------------------------------------- */

/* The server reads nothing, so that nobody reads from the client either. */
static void say_until_nothing_is_taken(void)
{
	static const char much[16384];
	assert_int_equal(fcntl(client.fd, F_SETFL, O_NONBLOCK), 0);
	for (unsigned waited = 0; waited < 100; waited++) {
		if (SSL_write(client.ssl, much, sizeof(much)) > 0) {
			waited = 0;
		} else {
			ERR_clear_error();
			usleep(1000);
		}
	}
}

static void all_streams_leave_when_they_are_told_to(void **state)
{
	(void)state;
	come_to_server();
	expect_flow();
	say_until_nothing_is_taken();
	expect_all_to_leave();
	leave();
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(the_header_comes_before_what_the_client_says),
		ONE(a_client_that_is_not_proved_reaches_nobody),
		ONE(nothing_passes_before_dns_has_answered),
		ONE(a_reload_counts_for_a_client_that_waits),
		ONE(a_server_that_is_not_there_is_told_of),
		ONE(a_server_may_be_a_unix_socket),
		ONE(a_name_has_so_many_streams_and_no_more),
		ONE(both_ends_pass),
		ONE(a_record_of_another_key_cuts_it),
		ONE(as_long_as_the_record_is_there_it_goes_on),
		ONE(with_recheck_off_it_goes_on),
		ONE(a_failure_leaves_it_for_max_stale),
		ONE(a_failure_cuts_it_when_the_record_has_expired),
		ONE(a_wrong_answer_cuts_it_when_the_ttl_ends),
		ONE(a_reload_keeps_a_stream_that_may_go_on),
		ONE(without_rechecks_a_reload_that_cannot_decide_keeps_it),
		ONE(a_reload_cuts_what_it_changes),
		ONE(all_streams_leave_when_they_are_told_to),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
