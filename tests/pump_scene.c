/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What pump_scene.h promises, and what stands in front of the kernel for it. */

#include "pump_scene.h"
#include "keypair.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct pump pump;
struct pump_wait waiting;
struct buffers buffers;
struct stream client, server;
bool goes_on;
int far_client, far_server;
SSL *far_ssl;

/* --- what stands in front of the kernel -------------------------------------------------- */

long later_s;
unsigned reads, writes, records;
size_t room = SIZE_MAX;
int full = EAGAIN;
bool no_memory;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int result = __real_clock_gettime(clock, now);
	now->tv_sec += later_s;
	return result;
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	reads++;
	return __real_recv(fd, data, size, flags);
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
	writes++;
	if (room == 0) {
		errno = full;
		return -1;
	}
	ssize_t sent = __real_send(fd, data, size < room ? size : room, flags);
	room -= room != SIZE_MAX && sent > 0 ? (size_t)sent : 0;
	return sent;
}

int __real_SSL_read_ex(SSL *ssl, void *data, size_t size, size_t *got);
int __wrap_SSL_read_ex(SSL *ssl, void *data, size_t size, size_t *got);
int __wrap_SSL_read_ex(SSL *ssl, void *data, size_t size, size_t *got)
{
	records++;
	return __real_SSL_read_ex(ssl, data, size, got);
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

int make_keys(void **state)
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
	SSL_CTX_set_default_read_buffer_len(server_ctx, STREAM_READ_AHEAD);
	SSL_CTX_set_mode(client_ctx, SSL_MODE_ENABLE_PARTIAL_WRITE);
	signal(SIGPIPE, SIG_IGN);
	return fine && keypair_load(server_ctx, NULL, key_path, error, sizeof(error)) ? 0 :
											-1;
}

int clear_keys(void **state)
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

void begin(bool secure)
{
	later_s = 0;
	room = SIZE_MAX;
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

void end_pump(void)
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

bool turn(bool *nothing)
{
	short of_client = happened(client.fd, waiting.client);
	short of_server = happened(server.fd, waiting.server);
	*nothing = of_client == 0 && of_server == 0 && waiting.deadline != 0;
	return *nothing || pump_run(&pump, of_client, of_server, &waiting);
}

bool run(void)
{
	bool nothing = false;
	while (goes_on && !nothing) {
		goes_on = turn(&nothing);
	}
	return goes_on;
}

void expect_end(enum pump_outcome outcome)
{
	assert_false(run());
	assert_int_equal(pump_outcome(&pump), outcome);
	end_pump();
}

/* --- what the far ends say and hear ------------------------------------------------------ */

size_t client_says(const void *data, size_t size)
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

size_t client_hears(void *data, size_t size)
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

size_t server_says(const void *data, size_t size)
{
	ssize_t sent = __real_send(far_server, data, size, MSG_NOSIGNAL);
	return sent > 0 ? (size_t)sent : 0;
}

size_t server_hears(void *data, size_t size)
{
	ssize_t got = __real_recv(far_server, data, size, 0);
	return got > 0 ? (size_t)got : 0;
}

void expect_at_server(const char *text)
{
	char heard[64] = "";
	assert_int_equal(server_hears(heard, sizeof(heard)), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

void expect_at_client(const char *text)
{
	char heard[64] = "";
	assert_int_equal(client_hears(heard, sizeof(heard)), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

uint8_t octet_at(size_t at)
{
	return (uint8_t)(at * 31 + at / 251);
}

void say_more(struct flood *flood, size_t (*say)(const void *, size_t))
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

void hear_more(struct flood *flood, size_t (*hear)(void *, size_t))
{
	uint8_t octets[50000];
	size_t got = hear(octets, sizeof(octets));
	for (size_t i = 0; i < got; i++) {
		assert_int_equal(octets[i], octet_at(flood->heard + i));
	}
	flood->heard += got;
}

size_t fill(struct flood *flood, size_t (*say)(const void *, size_t))
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
