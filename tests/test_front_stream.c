/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A stream, with TLS and without, over socket pairs and loopback. Its peer is an OpenSSL
 * client that blocks, in a thread of its own. */

#include "check.h"
#include "keypair.h"
#include "monotonic.h"
#include "stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 10000

static char key_path[] = "/tmp/dance-key-XXXXXX";
static SSL_CTX *server, *client;

static bool write_key(const char *path)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	FILE *file = fopen(path, "w");
	bool written = key != NULL && file != NULL &&
		PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
	if (file != NULL) {
		fclose(file);
	}
	EVP_PKEY_free(key);
	return written;
}

static int make(void **state)
{
	(void)state;
	char error[256] = "no key";
	close(mkstemp(key_path));
	server = SSL_CTX_new(TLS_server_method());
	client = SSL_CTX_new(TLS_client_method());
	if (!write_key(key_path) ||
		!keypair_load(server, NULL, key_path, error, sizeof(error))) {
		print_error("%s\n", error);
		return -1;
	}
	return 0;
}

static int clear(void **state)
{
	(void)state;
	SSL_CTX_free(server);
	SSL_CTX_free(client);
	unlink(key_path);
	return 0;
}

/* --- TLS ---------------------------------------------------------------------------------- */

static struct stream near;
static int far;

static void begin(bool secure)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	near = (struct stream){ .fd = ends[0] };
	far = ends[1];
	if (secure) {
		assert_true(stream_secure(&near, server));
		SSL_set_accept_state(near.ssl);
	}
}

struct peer {
	pthread_t thread;
	unsigned key_updates; /* to send before it says "query" */
	char heard[16];
};

static void *talk(void *arg)
{
	struct peer *peer = arg;
	SSL *ssl = SSL_new(client);
	SSL_set_fd(ssl, far);
	if (SSL_connect(ssl) == 1) {
		for (unsigned i = 0; i < peer->key_updates; i++) {
			if (SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 ||
				SSL_do_handshake(ssl) != 1) {
				break;
			}
		}
		SSL_write(ssl, "query", 5);
		SSL_shutdown(ssl);
		SSL_read(ssl, peer->heard, sizeof(peer->heard) - 1);
	}
	SSL_free(ssl);
	return NULL;
}

static void peer_begin(struct peer *peer)
{
	assert_int_equal(pthread_create(&peer->thread, NULL, talk, peer), 0);
}

static void close_all(struct peer *peer)
{
	stream_close(&near);
	assert_int_equal(near.fd, -1);
	assert_int_equal(pthread_join(peer->thread, NULL), 0);
	close(far);
}

/* Reads until there is something, or an end. */
static enum stream_status await(char *text, size_t size, size_t *got)
{
	enum stream_status status;
	while ((status = stream_read(&near, (uint8_t *)text, size, got)) == STREAM_AGAIN) {
		struct pollfd poll_fd = { near.fd, near.read_wants, 0 };
		assert_int_not_equal(near.read_wants, 0);
		assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
	}
	return status;
}

static void octets_come_and_go_by_tls(void **state)
{
	(void)state;
	struct peer peer = { .key_updates = STREAM_KEY_UPDATE_MAX };
	char why[100], text[16];
	size_t got, put;
	begin(true);
	peer_begin(&peer);
	assert_true(stream_handshake(&near, monotonic_ms() + PATIENCE_MS, why, sizeof(why)));
	assert_int_equal(await(text, 3, &got), STREAM_OK);
	assert_memory_equal(text, "que", 3);
	assert_int_equal(await(text, sizeof(text), &got), STREAM_OK);
	assert_int_equal(got, 2);
	assert_int_equal(await(text, sizeof(text), &got), STREAM_FINISHED);
	assert_true(near.finished);
	assert_int_equal(stream_write(&near, (const uint8_t *)"answer", 6, &put),
		STREAM_OK);
	assert_int_equal(put, 6);
	stream_finish(&near);
	stream_finish(&near);
	close_all(&peer);
	assert_string_equal(peer.heard, "answer");
}

static void who_only_changes_keys_is_in_error(void **state)
{
	(void)state;
	struct peer peer = { .key_updates = STREAM_KEY_UPDATE_MAX + 1 };
	char why[100], text[16];
	size_t got;
	begin(true);
	peer_begin(&peer);
	assert_true(stream_handshake(&near, monotonic_ms() + PATIENCE_MS, why, sizeof(why)));
	assert_int_equal(await(text, sizeof(text), &got), STREAM_ERROR);
	assert_int_equal(got, 0);
	close_all(&peer);
}

static void a_handshake_has_its_time(void **state)
{
	(void)state;
	char why[100];
	begin(true);
	assert_false(stream_handshake(&near, monotonic_ms() + 30, why, sizeof(why)));
	assert_string_equal(why, "not finished in time");
	stream_close(&near);
	close(far);
}

static void what_is_no_handshake_is_told(void **state)
{
	(void)state;
	char why[100];
	begin(true);
	assert_int_equal(send(far, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
	assert_false(stream_handshake(&near, monotonic_ms() + PATIENCE_MS, why,
		sizeof(why)));
	assert_string_equal(why, "http request");
	stream_close(&near);
	close(far);

	begin(true);
	close(far);
	assert_false(stream_handshake(&near, monotonic_ms() + PATIENCE_MS, why,
		sizeof(why)));
	assert_string_not_equal(why, "");
	size_t drained = 0;
	assert_false(stream_drain(&near, &drained));
	stream_close(&near);
}

/* --- TCP ---------------------------------------------------------------------------------- */

static void octets_come_and_go_without(void **state)
{
	(void)state;
	char text[16];
	size_t got, put;
	begin(false);
	assert_int_equal(stream_read(&near, (uint8_t *)text, sizeof(text), &got),
		STREAM_AGAIN);
	assert_int_equal(near.read_wants, POLLIN);
	assert_int_equal(send(far, "query", 5, 0), 5);
	assert_int_equal(stream_read(&near, (uint8_t *)text, sizeof(text), &got),
		STREAM_OK);
	assert_int_equal(got, 5);
	assert_int_equal(near.read_wants, 0);
	assert_int_equal(stream_write(&near, (const uint8_t *)"answer", 6, &put),
		STREAM_OK);
	assert_int_equal(recv(far, text, sizeof(text), 0), 6);
	stream_finish(&near);
	assert_int_equal(recv(far, text, sizeof(text), 0), 0);
	close(far);
	assert_int_equal(stream_read(&near, (uint8_t *)text, sizeof(text), &got),
		STREAM_FINISHED);
	size_t drained = 0;
	assert_false(stream_drain(&near, &drained));
	stream_close(&near);
	assert_false(stream_drain(&near, &drained)); /* nothing is there any more */
	stream_close(&near);
}

static void writing_waits_where_nobody_reads(void **state)
{
	(void)state;
	static const uint8_t octets[65536];
	enum stream_status status;
	size_t put;
	begin(false);
	while ((status = stream_write(&near, octets, sizeof(octets), &put)) == STREAM_OK) {
	}
	assert_int_equal(status, STREAM_AGAIN);
	assert_int_equal(near.write_wants, POLLOUT);
	close(far);
	assert_int_equal(stream_write(&near, octets, sizeof(octets), &put), STREAM_ERROR);
	stream_close(&near);
}

static struct sockaddr_in loopback(uint32_t host, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(0x7f000000u + host) } };
}

static void connections_go_from_the_address_that_is_given(void **state)
{
	(void)state;
	struct sockaddr_in at = loopback(1, 0), from = loopback(0x1234, 0), seen;
	socklen_t size = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(listener, 5), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	int fd = stream_connect((struct sockaddr *)&at, size, (struct sockaddr *)&from,
		size);
	assert_true(fd >= 0);
	assert_int_equal(stream_connected(fd, monotonic_ms() + PATIENCE_MS), 0);
	int accepted = accept(listener, (struct sockaddr *)&seen, &size);
	assert_int_equal(ntohl(seen.sin_addr.s_addr), 0x7f001234);
	close(accepted);
	close(fd);
	close(listener);

	fd = stream_connect((struct sockaddr *)&at, size, NULL, 0);
	assert_int_equal(fd >= 0 ? stream_connected(fd, monotonic_ms() + PATIENCE_MS) :
				   errno,
		ECONNREFUSED);
	close(fd);
	struct sockaddr_in foreign = loopback(0, 0);
	foreign.sin_addr.s_addr = htonl(0xc0000201);
	assert_int_equal(stream_connect((struct sockaddr *)&at, size,
				 (struct sockaddr *)&foreign, size),
		-1);
	assert_int_equal(errno, EADDRNOTAVAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_come_and_go_by_tls),
		cmocka_unit_test(who_only_changes_keys_is_in_error),
		cmocka_unit_test(a_handshake_has_its_time),
		cmocka_unit_test(what_is_no_handshake_is_told),
		cmocka_unit_test(octets_come_and_go_without),
		cmocka_unit_test(writing_waits_where_nobody_reads),
		cmocka_unit_test(connections_go_from_the_address_that_is_given),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, make, clear);
}
