/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a pump passes between two socket pairs and how it ends. The test is both far ends, and
 * the loop too: nothing happens but when it has the pump run. */

#include "check.h"
#include "keypair.h"
#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IDLE_MS 60000
#define ROOM 65536      /* of the pump, each way */
#define TURN (4 * ROOM) /* so much one way, before others have their turn */
#define PATIENCE_MS 20000

static struct pump pump;
static struct pump_wait waiting;
static struct buffers buffers;
static struct stream client, server; /* near ends */
static bool goes_on;
static int far_client, far_server;
static SSL *far_ssl; /* on the client's; NULL: plain */

/* --- what stands in front of the kernel -------------------------------------------------- */

static long later_s; /* so much is the clock ahead */
static unsigned reads, writes;
static bool no_memory;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += later_s;
	return result;
}

ssize_t __real_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	reads++;
	return __real_recv(fd, data, size, flags);
}

ssize_t __real_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
	writes++;
	return __real_send(fd, data, size, flags);
}

uint8_t *__real_buffers_take(struct buffers *from);
uint8_t *__wrap_buffers_take(struct buffers *from);
uint8_t *__wrap_buffers_take(struct buffers *from)
{
	return no_memory ? NULL : __real_buffers_take(from);
}

/* --- the scene --------------------------------------------------------------------------- */

static char key_path[] = "/tmp/dance-pump-XXXXXX";
static SSL_CTX *server_ctx, *client_ctx;

static int make(void **state)
{
	(void)state;
	char error[256] = "no key";
	int fd = mkstemp(key_path);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	bool fine = file != NULL && key != NULL &&
		PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
	fine = file != NULL && fclose(file) == 0 && fine;
	EVP_PKEY_free(key);
	server_ctx = SSL_CTX_new(TLS_server_method());
	client_ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_num_tickets(server_ctx, 0);
	SSL_CTX_set_mode(client_ctx, SSL_MODE_ENABLE_PARTIAL_WRITE);
	signal(SIGPIPE, SIG_IGN);
	return fine && keypair_load(server_ctx, NULL, key_path, error, sizeof(error)) ? 0 :
											-1;
}

static int clear(void **state)
{
	(void)state;
	SSL_CTX_free(server_ctx);
	SSL_CTX_free(client_ctx);
	return unlink(key_path);
}

static void pair(struct stream *near, int *far)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	*near = (struct stream){ .fd = ends[0] };
	*far = ends[1];
}

static void shake(void)
{
	char why[100];
	enum stream_status near = STREAM_AGAIN;
	assert_true(stream_secure(&client, server_ctx));
	SSL_set_accept_state(client.ssl);
	far_ssl = SSL_new(client_ctx);
	assert_true(SSL_set_fd(far_ssl, far_client) == 1);
	while (near == STREAM_AGAIN) {
		(void)SSL_connect(far_ssl);
		near = stream_shake(&client, why, sizeof(why));
	}
	assert_int_equal(near, STREAM_OK);
	assert_int_equal(SSL_connect(far_ssl), 1);
	ERR_clear_error();
}

static void begin(bool secure)
{
	later_s = 0;
	no_memory = false;
	far_ssl = NULL;
	pair(&client, &far_client);
	pair(&server, &far_server);
	if (secure) {
		shake();
	}
	pump_begin(&pump, &client, &server, IDLE_MS, &buffers);
	goes_on = true;
	assert_true(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(waiting.client, POLLIN);
	assert_int_equal(waiting.server, POLLIN);
	assert_true(waiting.deadline > 0);
	reads = writes = 0;
}

static void end(void)
{
	pump_clear(&pump);
	stream_close(&client);
	stream_close(&server);
	SSL_free(far_ssl);
	close(far_client);
	close(far_server);
	buffers_clear(&buffers);
	ERR_clear_error();
}

static short happened(int fd, short events)
{
	struct pollfd poll_fd = { .fd = events != 0 ? fd : -1, .events = events };
	return poll(&poll_fd, 1, 0) > 0 ? poll_fd.revents | POLLIN | POLLOUT : 0;
}

/* Once, if there is something that it waits for. Does it go on? */
static bool turn(bool *nothing)
{
	short of_client = happened(client.fd, waiting.client);
	short of_server = happened(server.fd, waiting.server);
	*nothing = of_client == 0 && of_server == 0 && waiting.deadline != 0;
	return *nothing || pump_run(&pump, of_client, of_server, &waiting);
}

/* Until it waits for what is still to come, or is over. */
static bool run(void)
{
	bool nothing = false;
	while (goes_on && !nothing) {
		goes_on = turn(&nothing);
	}
	return goes_on;
}

static void expect_end(enum pump_outcome outcome)
{
	assert_false(run());
	assert_int_equal(pump_outcome(&pump), outcome);
	end();
}

/* --- what the far ends say and hear ------------------------------------------------------ */

/* As much as goes. */
static size_t client_says(const void *data, size_t size)
{
	size_t put = 0, more = 1;
	while (put < size && more > 0) {
		more = 0;
		if (far_ssl != NULL) {
			(void)SSL_write_ex(far_ssl, (const uint8_t *)data + put, size - put,
				&more);
			ERR_clear_error();
		} else {
			ssize_t sent = __real_send(far_client, (const uint8_t *)data + put,
				size - put, 0);
			more = sent > 0 ? (size_t)sent : 0;
		}
		put += more;
	}
	return put;
}

static size_t client_hears(void *data, size_t size)
{
	size_t got = 0;
	if (far_ssl != NULL) {
		(void)SSL_read_ex(far_ssl, data, size, &got);
		ERR_clear_error();
		return got;
	}
	ssize_t read = __real_recv(far_client, data, size, 0);
	return read > 0 ? (size_t)read : 0;
}

static size_t server_says(const void *data, size_t size)
{
	ssize_t sent = __real_send(far_server, data, size, MSG_NOSIGNAL);
	return sent > 0 ? (size_t)sent : 0;
}

static size_t server_hears(void *data, size_t size)
{
	ssize_t got = __real_recv(far_server, data, size, 0);
	return got > 0 ? (size_t)got : 0;
}

static void expect_at_server(const char *text)
{
	char heard[64] = "";
	assert_int_equal(server_hears(heard, sizeof(heard)), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

static void expect_at_client(const char *text)
{
	char heard[64] = "";
	assert_int_equal(client_hears(heard, sizeof(heard)), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

static bool server_hears_the_end(void)
{
	char octet;
	return __real_recv(far_server, &octet, 1, MSG_PEEK) == 0;
}

/* With TLS, by close_notify. */
static bool client_hears_the_end(void)
{
	char octet;
	size_t got;
	if (far_ssl == NULL) {
		return __real_recv(far_client, &octet, 1, 0) == 0;
	}
	int result = SSL_read_ex(far_ssl, &octet, 1, &got);
	return SSL_get_error(far_ssl, result) == SSL_ERROR_ZERO_RETURN;
}

static void client_ends(void)
{
	if (far_ssl != NULL) {
		assert_true(SSL_shutdown(far_ssl) >= 0);
	} else {
		assert_int_equal(shutdown(far_client, SHUT_WR), 0);
	}
}

static void server_ends(void)
{
	assert_int_equal(shutdown(far_server, SHUT_WR), 0);
}

/* --- what passes ------------------------------------------------------------------------- */

static void octets_pass_both_ways(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		assert_int_equal(client_says("one", 3), 3);
		assert_true(run());
		expect_at_server("one");
		assert_int_equal(server_says("answer", 6), 6);
		assert_int_equal(client_says("two", 3), 3);
		assert_true(run());
		expect_at_client("answer");
		expect_at_server("two");
		assert_int_equal(pump.up.passed, 6);
		assert_int_equal(pump.down.passed, 6);
		end();
	}
}

/* What was said before the pump began, too. */
static void octets_that_were_there_before_pass(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("early", 5), 5);
	pump_clear(&pump);
	pump_begin(&pump, &client, &server, IDLE_MS, &buffers);
	assert_true(pump_run(&pump, 0, 0, &waiting));
	expect_at_server("early");
	end();
}

/* Each octet differs from what was at its place before. */
static uint8_t octet_at(size_t at)
{
	return (uint8_t)(at * 31 + at / 251);
}

struct flood {
	size_t said, heard, size;
};

static void say_more(struct flood *flood, size_t (*say)(const void *, size_t))
{
	static const size_t sizes[] = { 1, 16384, 3, 65536, 16385, 1000, 40000, 2 };
	uint8_t octets[65536];
	size_t size = sizes[flood->said % ROWS(sizes)];
	if (size > flood->size - flood->said) {
		size = flood->size - flood->said;
	}
	for (size_t i = 0; i < size; i++) {
		octets[i] = octet_at(flood->said + i);
	}
	flood->said += size > 0 ? say(octets, size) : 0;
}

static void hear_more(struct flood *flood, size_t (*hear)(void *, size_t))
{
	uint8_t octets[50000];
	size_t got = hear(octets, sizeof(octets));
	for (size_t i = 0; i < got; i++) {
		assert_int_equal(octets[i], octet_at(flood->heard + i));
	}
	flood->heard += got;
}

/* More than sockets and buffers hold, both ways at once. */
static void any_number_of_octets_passes_in_order(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		struct flood up = { .size = 3000000 }, down = { .size = 3000000 };
		begin(secure == 1);
		while (up.heard < up.size || down.heard < down.size) {
			say_more(&up, client_says);
			say_more(&down, server_says);
			assert_true(run());
			hear_more(&up, server_hears);
			hear_more(&down, client_hears);
		}
		assert_int_equal(pump.up.passed, up.size);
		assert_int_equal(pump.down.passed, down.size);
		end();
	}
}

static void octet_by_octet_too(void **state)
{
	(void)state;
	begin(true);
	for (const char *at = "octets"; *at != '\0'; at++) {
		assert_int_equal(client_says(at, 1), 1);
		assert_true(run());
	}
	expect_at_server("octets");
	end();
}

/* A key that changes in between hides nothing of what came with it. */
static void keys_may_change(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(SSL_key_update(far_ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(client_says("one", 3), 3);
	assert_int_equal(SSL_key_update(far_ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
	assert_int_equal(client_says("two", 3), 3);
	assert_true(run());
	expect_at_server("onetwo");
	assert_int_equal(server_says("answer", 6), 6);
	assert_true(run());
	char heard[16];
	size_t got = client_hears(heard, sizeof(heard)); /* perhaps the key first */
	assert_int_equal(got > 0 ? got : client_hears(heard, sizeof(heard)), 6);
	end();
}

/* --- what it costs ----------------------------------------------------------------------- */

static void whoever_has_said_nothing_is_not_asked(void **state)
{
	(void)state;
	begin(false);
	assert_int_equal(client_says("ping", 4), 4);
	assert_true(run());
	assert_int_equal(reads, 1);
	assert_int_equal(writes, 1);
	assert_int_equal(server_says("pong", 4), 4);
	assert_true(run());
	assert_int_equal(reads, 2);
	assert_int_equal(writes, 2);
	assert_true(pump_run(&pump, 0, 0, &waiting)); /* called for another reason */
	assert_int_equal(reads, 2);
	end();
}

static void an_idle_stream_has_no_buffer(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("ping", 4), 4);
	assert_int_equal(server_says("pong", 4), 4);
	assert_true(run());
	assert_null(pump.up.octets);
	assert_null(pump.down.octets);
	assert_int_equal(buffers.count, 1); /* one after the other */
	end();
}

#define MUCH (100 * TURN)

/* The far ends of a fast stream have threads of their own: what is read is there again at once. */
static void *pour(void *arg)
{
	static const uint8_t octets[ROOM];
	(void)arg;
	for (size_t said = 0; said < MUCH; said += sizeof(octets)) {
		if (client_says(octets, sizeof(octets)) != sizeof(octets)) {
			break;
		}
	}
	return NULL;
}

static void *drain(void *arg)
{
	static uint8_t octets[ROOM];
	size_t heard = 0, got = 1;
	while (heard < MUCH && got > 0) {
		got = server_hears(octets, sizeof(octets));
		heard += got;
	}
	*(size_t *)arg = heard;
	return NULL;
}

static void a_fast_stream_lets_others_have_their_turn(void **state)
{
	(void)state;
	pthread_t from, to;
	size_t heard = 0;
	uint64_t most = 0;
	bool nothing;
	begin(false);
	assert_int_equal(fcntl(far_client, F_SETFL, 0), 0);
	assert_int_equal(fcntl(far_server, F_SETFL, 0), 0);
	assert_int_equal(pthread_create(&from, NULL, pour, NULL), 0);
	assert_int_equal(pthread_create(&to, NULL, drain, &heard), 0);
	while (pump.up.passed < MUCH) {
		uint64_t before = pump.up.passed;
		assert_true(turn(&nothing));
		uint64_t passed = pump.up.passed - before;
		most = passed > most ? passed : most;
	}
	assert_int_equal(pthread_join(from, NULL), 0);
	assert_int_equal(pthread_join(to, NULL), 0);
	assert_int_equal(heard, MUCH);
	check_range(most, 1, TURN + ROOM);
	end();
}

/* What is hidden from poll() is not forgotten over that. */
static void a_turn_that_ends_comes_again(void **state)
{
	(void)state;
	begin(true);
	struct flood up = { .size = 20 * TURN };
	bool nothing = false;
	while (up.heard < up.size) {
		say_more(&up, client_says);
		assert_true(turn(&nothing));
		hear_more(&up, server_hears);
	}
	end();
}

/* --- what does not pass ------------------------------------------------------------------ */

/* Says until nothing more is taken; how much that was. */
static size_t fill(struct flood *flood, size_t (*say)(const void *, size_t))
{
	size_t before;
	do {
		before = flood->said;
		for (unsigned i = 0; i < 10; i++) {
			say_more(flood, say);
		}
		assert_true(run());
	} while (flood->said > before);
	return flood->said;
}

static void a_server_that_does_not_read_is_waited_for(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		struct flood up = { .size = 100000000 };
		fill(&up, client_says);
		assert_int_equal(waiting.client & POLLIN, 0);
		assert_int_equal(waiting.server, POLLIN | POLLOUT);
		check_range(pump.up.end - pump.up.at, 1, ROOM); /* and nothing more */
		assert_int_equal(server_says("answer", 6), 6);  /* the other way is free */
		assert_true(run());
		expect_at_client("answer");
		up.size = up.said;
		while (up.heard < up.size) {
			hear_more(&up, server_hears);
			assert_true(run());
		}
		assert_int_equal(waiting.client, POLLIN);
		assert_null(pump.up.octets);
		end();
	}
}

static void a_client_that_does_not_read_is_waited_for(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		struct flood down = { .size = 100000000 };
		fill(&down, server_says);
		assert_int_equal(waiting.server & POLLIN, 0);
		assert_int_equal(waiting.client, POLLIN | POLLOUT);
		check_range(pump.down.end - pump.down.at + client.sealed_end -
				client.sealed_at,
			1, BUFFERS_SIZE);
		down.size = down.said;
		while (down.heard < down.size) {
			hear_more(&down, client_hears);
			assert_true(run());
		}
		end();
	}
}

/* --- how it ends ------------------------------------------------------------------------- */

static void the_clients_end_passes_and_answers_still_come(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		assert_int_equal(client_says("last", 4), 4);
		client_ends();
		assert_true(run());
		assert_int_equal(waiting.client, 0);
		expect_at_server("last");
		assert_true(server_hears_the_end());
		assert_int_equal(server_says("answer", 6), 6);
		assert_true(run());
		expect_at_client("answer");
		server_ends();
		assert_false(run());
		assert_true(client_hears_the_end());
		expect_end(PUMP_ENDED);
	}
}

static void the_servers_end_passes_and_the_client_may_say_more(void **state)
{
	(void)state;
	for (unsigned secure = 0; secure < 2; secure++) {
		begin(secure == 1);
		assert_int_equal(server_says("last", 4), 4);
		server_ends();
		assert_true(run());
		assert_int_equal(waiting.server, 0);
		expect_at_client("last");
		assert_true(client_hears_the_end());
		assert_int_equal(client_says("more", 4), 4);
		assert_true(run());
		expect_at_server("more");
		client_ends();
		assert_false(run());
		assert_true(server_hears_the_end());
		expect_end(PUMP_ENDED);
	}
}

/* The end waits behind what is written slowly. */
static void the_end_comes_last(void **state)
{
	(void)state;
	begin(false);
	struct flood up = { .size = 100000000 };
	up.size = fill(&up, client_says);
	client_ends();
	while (up.heard < up.size) {
		assert_false(server_hears_the_end());
		hear_more(&up, server_hears);
		assert_true(run());
	}
	assert_true(server_hears_the_end());
	end();
}

/* TLS's end has not come, so it may be that octets are missing: the server must not take the
 * end for one that the client has meant. */
static void a_client_that_is_gone_ends_it(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("last", 4), 4);
	assert_int_equal(shutdown(far_client, SHUT_RDWR), 0);
	assert_false(run());
	expect_at_server("last");
	assert_false(server_hears_the_end());
	expect_end(PUMP_CLIENT_GONE);
}

static void what_a_server_said_before_it_was_gone_passes(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(server_says("bye", 3), 3);
	close(far_server);
	far_server = -1;
	assert_int_equal(client_says("more", 4), 4);
	(void)run();
	expect_at_client("bye");
	if (goes_on) { /* it has ended in good order, as far as could be seen */
		client_ends();
		expect_end(PUMP_ENDED);
	} else {
		assert_int_equal(pump_outcome(&pump), PUMP_SERVER_GONE);
		end();
	}
}

/* It closes over what it has not read: the kernel tells of an error. */
static void a_server_that_breaks_off_ends_it(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("unread", 6), 6);
	assert_true(run());
	close(far_server);
	far_server = -1;
	assert_false(run());
	assert_false(client_hears_the_end());
	expect_end(PUMP_SERVER_GONE);
}

static void nothing_for_long_ends_it(void **state)
{
	(void)state;
	begin(true);
	later_s = IDLE_MS / 1000 - 1;
	assert_true(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(client_says("ping", 4), 4);
	assert_true(run());
	later_s += IDLE_MS / 1000 - 1;
	assert_true(pump_run(&pump, 0, 0, &waiting));
	later_s += 2;
	assert_false(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(pump_outcome(&pump), PUMP_IDLE);
	end();
}

/* Half an end does not keep it for ever. */
static void nor_does_a_server_that_never_ends_keep_it(void **state)
{
	(void)state;
	begin(true);
	client_ends();
	assert_true(run());
	later_s = IDLE_MS / 1000 + 1;
	assert_false(pump_run(&pump, 0, 0, &waiting));
	assert_int_equal(pump_outcome(&pump), PUMP_IDLE);
	end();
}

static void without_memory_it_ends(void **state)
{
	(void)state;
	begin(true);
	assert_int_equal(client_says("ping", 4), 4);
	no_memory = true;
	assert_false(run());
	assert_int_equal(pump_outcome(&pump), PUMP_OUT_OF_MEMORY);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_pass_both_ways),
		cmocka_unit_test(octets_that_were_there_before_pass),
		cmocka_unit_test(any_number_of_octets_passes_in_order),
		cmocka_unit_test(octet_by_octet_too),
		cmocka_unit_test(keys_may_change),
		cmocka_unit_test(whoever_has_said_nothing_is_not_asked),
		cmocka_unit_test(an_idle_stream_has_no_buffer),
		cmocka_unit_test(a_fast_stream_lets_others_have_their_turn),
		cmocka_unit_test(a_turn_that_ends_comes_again),
		cmocka_unit_test(a_server_that_does_not_read_is_waited_for),
		cmocka_unit_test(a_client_that_does_not_read_is_waited_for),
		cmocka_unit_test(the_clients_end_passes_and_answers_still_come),
		cmocka_unit_test(the_servers_end_passes_and_the_client_may_say_more),
		cmocka_unit_test(the_end_comes_last),
		cmocka_unit_test(a_client_that_is_gone_ends_it),
		cmocka_unit_test(what_a_server_said_before_it_was_gone_passes),
		cmocka_unit_test(a_server_that_breaks_off_ends_it),
		cmocka_unit_test(nothing_for_long_ends_it),
		cmocka_unit_test(nor_does_a_server_that_never_ends_keep_it),
		cmocka_unit_test(without_memory_it_ends),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
