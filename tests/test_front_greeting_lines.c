/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front logs and counts of a handshake that fails, and what it advises: each line and each
 * counter. */

#include "check.h"

#include "front_lines.h"
#include "scene.h"
#include "server_mode.h"
#include "server_scene.h"

#include <openssl/err.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REMOTE ", remote 127.0.0.1@5353"

static bool no_memory; /* for TLS */

bool __real_stream_secure(struct stream *stream, SSL_CTX *ctx);
bool __wrap_stream_secure(struct stream *stream, SSL_CTX *ctx);
bool __wrap_stream_secure(struct stream *stream, SSL_CTX *ctx)
{
	return !no_memory && __real_stream_secure(stream, ctx);
}

static int begin(void **state)
{
	static long later_s; /* so that lines of another test do not count for the limit */
	int wrong = server_scene_begin(state);
	later_s += 2;
	atomic_store(&scene.later_s, later_s);
	return lines_begin(state) != 0 ? -1 : wrong;
}

static int end(void **state)
{
	int wrong = lines_end(state);
	return front_scene_end(state) != 0 ? -1 : wrong;
}

#define FAILED "notice: front xot, handshake failed" REMOTE
#define USE_TLS "use TLS on the client, port 853 (Knot DNS: 'tls: on')"
#define HANDSHAKE "connections 1, failed-handshakes 1, result handshake 1"

/* Says this to a front, and hears whatever it answers. */
static void say_instead(const void *octets, size_t size)
{
	int near, away;
	uint8_t answer_octets[64];
	socket_pair(&near, &away);
	serve(server_mode_begin, near, false, "xot");
	assert_int_equal(send(away, octets, size, MSG_NOSIGNAL), size);
	shutdown(away, SHUT_WR);
	while (recv(away, answer_octets, sizeof(answer_octets), 0) > 0) {
	}
	close(away);
	await_served();
}

static void what_is_no_handshake(void **state)
{
	(void)state;
	static const struct {
		const char *octets, *said, *counts;
	} rows[] = {
		{ "GET / HTTP/1.0\r\n\r\n", FAILED " (http request); do: " USE_TLS "\n",
			HANDSHAKE },
		{ "no TLS at all, but long enough\r\n\r\n",
			FAILED " (wrong version number); do: " USE_TLS "\n", HANDSHAKE },
		{ "\x16\x03\x01",
			FAILED " (unexpected eof while reading); do: check the client's TLS "
			       "settings\n",
			HANDSHAKE ", alert 50 1" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		say_instead(rows[i].octets, strlen(rows[i].octets));
		expect_said(0, rows[i].said, rows[i].counts);
	}
}

/* A client of OpenSSL whose handshake must fail. */
static void shake_in_vain(int version, const char *alpn)
{
	int near, away;
	SSL_CTX *ctx = tls_new(&mine, NULL);
	struct tls_end seen = { .alert = -1 };
	if (version != 0) {
		assert_int_equal(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION), 1);
		assert_int_equal(SSL_CTX_set_max_proto_version(ctx, version), 1);
	}
	if (alpn != NULL) {
		assert_int_equal(SSL_CTX_set_alpn_protos(ctx, (const unsigned char *)alpn,
					 (unsigned)strlen(alpn)),
			0);
	}
	socket_pair(&near, &away);
	SSL *ssl = SSL_new(ctx);
	assert_true(SSL_set_app_data(ssl, &seen));
	assert_true(SSL_set_fd(ssl, away));
	serve(server_mode_begin, near, false, "xot");
	assert_true(SSL_connect(ssl) <= 0);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	ERR_clear_error();
	close(away);
	await_served();
}

static void what_is_another_handshake(void **state)
{
	(void)state;
	shake_in_vain(TLS1_2_VERSION,
		"\x03"
		"dot");
	expect_said(0, FAILED " (unsupported protocol); do: use TLS 1.3 on the client\n",
		HANDSHAKE ", alert 70 1");
	static const char *const protocols[] = { "\x02h2", NULL };
	for (size_t i = 0; i < ROWS(protocols); i++) {
		shake_in_vain(0, protocols[i]);
		expect_said(0,
			FAILED " (no application protocol); do: offer ALPN 'dot' on the "
			       "client (RFC 9103)\n",
			HANDSHAKE ", alert 120 1");
	}
}

/* Only transfers must have it (RFC 9103 7.1, RFC 7858 3.1). */
static void who_needs_no_protocol(void **state)
{
	(void)state;
	int near;
	configure((struct config){ .more = "    pass: any\n" });
	socket_pair(&near, &far->fd);
	far->ctx = tls_new(&other, NULL);
	far->ssl = SSL_new(far->ctx);
	assert_true(SSL_set_app_data(far->ssl, &far->seen));
	assert_true(SSL_set_fd(far->ssl, far->fd));
	serve(server_mode_begin, near, false, "xot");
	assert_int_equal(SSL_connect(far->ssl), 1);
	assert_int_equal(ask_for(DNS_A), PROHIBITED);
	leave(true);
}

/* It is sent away before it has said anything. */
static void who_is_sent_away(void **state)
{
	(void)state;
	int near, away;
	socket_pair(&near, &away);
	serve(server_mode_begin, near, false, "xot");
	assert_int_equal(send(away, "\x16", 1, 0), 1);
	expect_all_to_leave();
	close(away);
	await_served();
	expect_said(0, FAILED " (" CONNECTION_CLOSED_HERE ")\n", HANDSHAKE ", alert 50 1");
}

/* By a clock that the test puts forward; the front looks at it when the client has said more. */
static void who_takes_too_long(void **state)
{
	(void)state;
	int near, away, left;
	const struct timespec moment = { .tv_nsec = 1000000 };
	socket_pair(&near, &away);
	serve(server_mode_begin, near, false, "xot");
	assert_int_equal(send(away, "\x16", 1, 0), 1);
	do {
		nanosleep(&moment, NULL);
		assert_int_equal(ioctl(near, FIONREAD, &left), 0);
	} while (left > 0);
	atomic_fetch_add(&scene.later_s, PATIENCE_S);
	assert_int_equal(send(away, "\x03", 1, 0), 1);
	expect_closed(away);
	close(away);
	await_served();
	expect_said(0,
		FAILED " (not finished in time); do: check the client's TLS settings\n",
		"connections 1, failed-handshakes 1, result timeout 1");
}

static void without_memory_there_is_no_handshake(void **state)
{
	(void)state;
	char wanted[256];
	no_memory = true;
	say_instead("\x16", 1);
	no_memory = false;
	snprintf(wanted, sizeof(wanted), FAILED " (out of memory); do: %s\n",
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
	expect_said(0, wanted, HANDSHAKE);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(what_is_no_handshake),
		ONE(what_is_another_handshake),
		ONE(who_needs_no_protocol),
		ONE(who_is_sent_away),
		ONE(who_takes_too_long),
		ONE(without_memory_there_is_no_handshake),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
