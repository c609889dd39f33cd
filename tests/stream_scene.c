/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What stream_scene.h promises. recheck_delay() stands here, and says what the test wants; and
 * carrier_leave(), as far as stream_mode.c calls it. */

#include "stream_scene.h"

#include "carrier.h"
#include "dance_openssl.h"
#include "recheck.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

uint16_t port;
int listener;
int server;
struct stream_client client;
bool sends_name;
atomic_uint next_check_ms;
atomic_uint checks;

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

static atomic_int left; /* 0: not yet; else 1, and one more if gently */

void __real_carrier_leave(struct carrier *carrier, bool gently);
void __wrap_carrier_leave(struct carrier *carrier, bool gently);
void __wrap_carrier_leave(struct carrier *carrier, bool gently)
{
	atomic_store(&left, gently ? 2 : 1);
	__real_carrier_leave(carrier, gently);
}

void expect_left(bool gently)
{
	assert_int_equal(atomic_exchange(&left, 0), gently ? 2 : 1);
}

void configure(struct stream_config config)
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

int begin_scene(void **state)
{
	int wrong = front_scene_begin(state);
	atomic_store(&next_check_ms, 0);
	atomic_store(&checks, 0);
	atomic_store(&left, 0);
	server = -1;
	sends_name = false;
	listener = loopback_socket(SOCK_STREAM, &port);
	publish(NAME, TTL, &mine);
	publish(OTHER_NAME, TTL, &other);
	configure((struct stream_config){ .name = NAME });
	return wrong;
}

int end_scene(void **state)
{
	close(listener);
	if (server >= 0) {
		close(server);
	}
	return front_scene_end(state);
}

void come(const struct credential *own)
{
	int near;
	socket_pair(&near, &client.fd);
	client.ctx = tls_new(own, NULL);
	static const struct tls_word name = { "\x09" NAME, sizeof(NAME), 0 };
	if (sends_name) {
		tls_say(client.ctx, DANCE_OPENSSL_EXTENSION, &name);
	}
	client.ssl = SSL_new(client.ctx);
	client.seen.alert = -1;
	assert_true(SSL_set_app_data(client.ssl, &client.seen));
	assert_true(SSL_set_fd(client.ssl, client.fd));
	serve(stream_mode_begin, near, false, "mqtt");
	assert_int_equal(SSL_connect(client.ssl), 1);
}

void leave(void)
{
	SSL_free(client.ssl);
	SSL_CTX_free(client.ctx);
	ERR_clear_error();
	close(client.fd);
	await_served();
}

void say(const char *text)
{
	assert_int_equal(SSL_write(client.ssl, text, (int)strlen(text)), strlen(text));
}

void expect_at_client(const char *text)
{
	char heard[64];
	assert_int_equal(SSL_read(client.ssl, heard, sizeof(heard)), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

void expect_end(bool good)
{
	char octet;
	int result = SSL_read(client.ssl, &octet, 1);
	assert_true(result <= 0);
	assert_int_equal(SSL_get_error(client.ssl, result) == SSL_ERROR_ZERO_RETURN, good);
	ERR_clear_error();
	assert_int_equal(recv(client.fd, &octet, 1, 0), 0); /* and then TCP's */
}

void expect_at_server(const char *text)
{
	char heard[64];
	assert_int_equal(recv(server, heard, strlen(text), MSG_WAITALL), strlen(text));
	assert_memory_equal(heard, text, strlen(text));
}

void expect_header(const char *name)
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

void accept_server(void)
{
	if (server >= 0) {
		close(server);
	}
	server = loopback_accept(listener);
	expect_header(NAME);
}

void come_to_server(void)
{
	come(&mine);
	accept_server();
}

void expect_flow(void)
{
	say("ping");
	expect_at_server("ping");
	assert_int_equal(send(server, "pong", 4, MSG_NOSIGNAL), 4);
	expect_at_client("pong");
}
