/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a stream makes of each answer of the kernel's and of OpenSSL's, which the test gives, by a
 * clock of the test. fake_calls.c gives them. */

#include "fake_calls.h"

#include <errno.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

/* --- connecting -------------------------------------------------------------------------- */

static void a_connection_begins(void **state)
{
	(void)state;
	const struct sockaddr_in to = { .sin_family = AF_INET };
	const struct sockaddr *address = (const struct sockaddr *)&to;
	COMES_TO({ FD, 0 }, { 0, 0 });
	assert_int_equal(stream_connect(address, 16, NULL, 0), FD);
	expect_calls("socket 2;nodelay 0;connect 16;");
	COMES_TO({ FD, 0 }, { -1, EINPROGRESS });
	assert_int_equal(stream_connect(address, 16, NULL, 0), FD);
	expect_calls("socket 2;nodelay 0;connect 16;");
	COMES_TO({ FD, 0 }, { 0, 0 }, { 0, 0 });
	assert_int_equal(stream_connect(address, 16, address, 15), FD);
	expect_calls("socket 2;nodelay 0;no port 0;bind 15;connect 16;");
	/* Number 0 is one, too. */
	COMES_TO({ -1, EMFILE });
	assert_int_equal(stream_connect(address, 16, NULL, 0), -1);
	assert_int_equal(errno, EMFILE);
	expect_calls("socket 2;");
	COMES_TO({ FD, 0 }, { -1, EAGAIN });
	assert_int_equal(stream_connect(address, 16, NULL, 0), -1);
	assert_int_equal(errno, EAGAIN);
	expect_calls("socket 2;nodelay 0;connect 16;close 7;");
	COMES_TO({ FD, 0 }, { -1, EADDRNOTAVAIL });
	assert_int_equal(stream_connect(address, 16, address, 15), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	expect_calls("socket 2;nodelay 0;no port 0;bind 15;close 7;");
}

static void a_connection_is_there_or_not(void **state)
{
	(void)state;
	static const struct {
		long happened;
		bool connected;
	} rows[] = { { 1, true }, { 0, false }, { -1, false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		kernel.at = 0;
		kernel.result[0] = rows[i].happened;
		assert_int_equal(stream_is_connected(FD), rows[i].connected);
		expect_calls("poll out 0;");
	}
	COMES_TO({ 0, ECONNREFUSED });
	assert_int_equal(stream_connect_error(FD), ECONNREFUSED);
	COMES_TO({ 0, 0 });
	assert_int_equal(stream_connect_error(FD), 0);
	COMES_TO({ -1, ENOTSOCK });
	assert_int_equal(stream_connect_error(FD), ENOTSOCK);
}

/* At most a minute at a time, and never beyond the deadline. */
static void it_is_waited_until_the_deadline(void **state)
{
	(void)state;
	COMES_TO({ 1, 0 }, { 0, 0 });
	assert_int_equal(stream_connected(FD, now + 1), 0);
	expect_calls("poll out 1;");
	assert_int_equal(stream_connected(FD, now), ETIMEDOUT);
	assert_int_equal(stream_connected(FD, now - 1), ETIMEDOUT);
	expect_calls("");
	COMES_TO({ 0, 0 }, { 0, 0 }, { 0, 0 });
	assert_int_equal(stream_connected(FD, now + 120001), ETIMEDOUT);
	expect_calls("poll out 60000;poll out 60000;poll out 1;");
	COMES_TO({ 0, 0 });
	assert_int_equal(stream_connected(FD, now + 59999), ETIMEDOUT);
	expect_calls("poll out 59999;");
	COMES_TO({ -1, EINTR }, { -1, ENOMEM }, { 1, 0 }, { 0, ECONNRESET });
	assert_int_equal(stream_connected(FD, now + 1000), ECONNRESET);
	expect_calls("poll out 1000;poll out 999;pause 0;poll out 898;");
}

/* --- octets ------------------------------------------------------------------------------ */

static void what_reading_comes_to(void **state)
{
	(void)state;
	static const struct {
		bool secure;
		long result; /* or OpenSSL's error */
		int error;
		enum stream_status status;
		size_t got;
		short wants;
	} rows[] = {
		{ false, 5, 0, STREAM_OK, 5, 0 },
		{ false, 1, 0, STREAM_OK, 1, 0 },
		{ false, 0, 0, STREAM_FINISHED, 0, 0 },
		{ false, -1, EAGAIN, STREAM_AGAIN, 0, POLLIN },
		{ false, -1, EINTR, STREAM_AGAIN, 0, POLLIN },
		{ false, -1, ECONNRESET, STREAM_ERROR, 0, 0 },
		{ true, SSL_ERROR_NONE, 0, STREAM_OK, 3, 0 },
		{ true, SSL_ERROR_WANT_READ, 0, STREAM_AGAIN, 0, POLLIN },
		{ true, SSL_ERROR_WANT_WRITE, 0, STREAM_AGAIN, 0, POLLOUT },
		{ true, SSL_ERROR_WANT_RETRY_VERIFY, 0, STREAM_AGAIN, 0, 0 },
		{ true, SSL_ERROR_ZERO_RETURN, 0, STREAM_FINISHED, 0, 0 },
		{ true, SSL_ERROR_SYSCALL, 0, STREAM_ERROR, 0, 0 },
		{ true, SSL_ERROR_SSL, 0, STREAM_ERROR, 0, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint8_t data[9];
		size_t got = 77;
		char row[16];
		struct stream stream = { .fd = FD,
			.ssl = rows[i].secure ? SSL_OF_TEST : NULL,
			.read_wants = POLLPRI };
		snprintf(row, sizeof(row), "row %zu", i);
		kernel.at = 0;
		kernel.result[0] = rows[i].result;
		kernel.error[0] = rows[i].error;
		ssl_error = (int)rows[i].result;
		check_true(row,
			stream_read(&stream, data, sizeof(data), &got) == rows[i].status);
		check_true(row, got == rows[i].got);
		check_true(row, stream.read_wants == rows[i].wants);
		check_true(row, stream.finished == (rows[i].status == STREAM_FINISHED));
		expect_calls(rows[i].secure ? "read 9;" : "recv 9;");
	}
}

static void what_writing_comes_to(void **state)
{
	(void)state;
	static const struct {
		bool secure;
		long result;
		int error;
		enum stream_status status;
		size_t put;
		short wants;
	} rows[] = {
		{ false, 5, 0, STREAM_OK, 5, 0 },
		{ false, 1, 0, STREAM_OK, 1, 0 },
		{ false, 0, 0, STREAM_OK, 0, 0 },
		{ false, -1, EAGAIN, STREAM_AGAIN, 0, POLLOUT },
		{ false, -1, EPIPE, STREAM_ERROR, 0, 0 },
		{ true, SSL_ERROR_NONE, 0, STREAM_OK, 9, 0 },
		{ true, SSL_ERROR_WANT_READ, 0, STREAM_AGAIN, 0, POLLIN },
		{ true, SSL_ERROR_WANT_WRITE, 0, STREAM_AGAIN, 0, POLLOUT },
		{ true, SSL_ERROR_SSL, 0, STREAM_ERROR, 0, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const uint8_t data[9] = { 0 };
		size_t put = 77;
		char row[16];
		struct stream stream = { .fd = FD,
			.ssl = rows[i].secure ? SSL_OF_TEST : NULL,
			.write_wants = POLLPRI };
		snprintf(row, sizeof(row), "row %zu", i);
		kernel.at = 0;
		kernel.result[0] = rows[i].result;
		kernel.error[0] = rows[i].error;
		ssl_error = (int)rows[i].result;
		check_true(row,
			stream_write(&stream, data, sizeof(data), &put) == rows[i].status);
		check_true(row, put == rows[i].put);
		check_true(row, stream.write_wants == rows[i].wants);
		expect_calls(rows[i].secure ? "write 9;" : "send 9;");
	}
}

static void all_of_it_is_read_and_written(void **state)
{
	(void)state;
	uint8_t data[9];
	struct stream stream = { .fd = FD };
	COMES_TO({ 4, 0 }, { -1, EAGAIN }, { 1, 0 }, { 5, 0 });
	assert_true(stream_get(&stream, data, 9, now + 10));
	expect_calls("recv 9;recv 5;poll in 10;recv 5;");
	COMES_TO({ 4, 0 }, { -1, EAGAIN }, { 1, 0 }, { 5, 0 });
	assert_true(stream_put(&stream, data, 9, now + 10));
	expect_calls("send 9;send 5;poll out 10;send 5;");
	COMES_TO({ 4, 0 }, { 0, 0 });
	assert_false(stream_get(&stream, data, 9, now + 10));
	expect_calls("recv 9;recv 5;");
	COMES_TO({ -1, EPIPE });
	assert_false(stream_put(&stream, data, 9, now + 10));
	expect_calls("send 9;");
	COMES_TO({ -1, EAGAIN }, { 0, 0 });
	assert_false(stream_get(&stream, data, 9, now + 10));
	expect_calls("recv 9;poll in 10;");
	COMES_TO({ -1, EAGAIN }, { 0, 0 });
	assert_false(stream_put(&stream, data, 9, now + 10));
	expect_calls("send 9;poll out 10;");
	assert_true(stream_get(&stream, data, 0, now));
	assert_true(stream_put(&stream, data, 0, now));
	expect_calls("");
}

/* --- keys -------------------------------------------------------------------------------- */

static void keys_may_change_so_often_in_an_hour(void **state)
{
	(void)state;
	uint8_t data[9];
	size_t got;
	struct stream stream = { .fd = FD, .ssl = SSL_OF_TEST, .keys_since = BEGIN };
	reading = &stream;
	/* A read that has only found a change is made again at once. */
	updates = 2;
	ssl_error = SSL_ERROR_WANT_READ;
	assert_int_equal(stream_read(&stream, data, 9, &got), STREAM_AGAIN);
	expect_calls("read 9;read 9;read 9;");
	ssl_error = SSL_ERROR_NONE;
	stream.key_updates = STREAM_KEY_UPDATE_MAX;
	assert_int_equal(stream_read(&stream, data, 9, &got), STREAM_OK);
	now += STREAM_KEY_UPDATE_MS - 1;
	stream.key_updates = STREAM_KEY_UPDATE_MAX + 1;
	assert_int_equal(stream_read(&stream, data, 9, &got), STREAM_ERROR);
	now++;
	assert_int_equal(stream_read(&stream, data, 9, &got), STREAM_OK);
	assert_int_equal(stream.key_updates, 0);
	assert_int_equal(stream.keys_since, now);
}

/* --- handshakes -------------------------------------------------------------------------- */

static void a_handshake_says_why_it_failed(void **state)
{
	(void)state;
	static const struct {
		int lib, reason, error;
		const char *why;
	} rows[] = {
		{ ERR_LIB_SSL, SSL_R_UNSUPPORTED_PROTOCOL, EPIPE, "unsupported protocol" },
		{ 0, 0, ECONNRESET, "Connection reset by peer" },
		{ 0, 0, EPERM, "Operation not permitted" }, /* number 1 */
		{ ERR_LIB_USER + 5, 99, 0, "the peer closed the connection" },
		{ 0, 0, 0, "the peer closed the connection" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char why[64] = "";
		struct stream stream = {
			.fd = FD, .ssl = SSL_OF_TEST, .read_wants = POLLPRI
		};
		ERR_raise(ERR_LIB_SSL, SSL_R_UNINITIALIZED); /* of somebody before */
		kernel.result[0] = rows[i].lib;
		kernel.result[1] = rows[i].reason;
		kernel.error[0] = rows[i].error;
		ssl_error = SSL_ERROR_SSL;
		assert_int_equal(stream_shake(&stream, why, sizeof(why)), STREAM_ERROR);
		assert_string_equal(why, rows[i].why);
		assert_int_equal(ERR_peek_error(), 0);
		assert_int_equal(stream.read_wants, 0);
	}
	char why[64] = "";
	struct stream stream = { .fd = FD, .ssl = SSL_OF_TEST };
	memset(&kernel, 0, sizeof(kernel));
	ssl_error = SSL_ERROR_NONE;
	assert_int_equal(stream_shake(&stream, why, sizeof(why)), STREAM_OK);
	ssl_error = SSL_ERROR_WANT_WRITE;
	assert_int_equal(stream_shake(&stream, why, sizeof(why)), STREAM_AGAIN);
	assert_int_equal(stream.read_wants, POLLOUT);
	ssl_error = SSL_ERROR_ZERO_RETURN;
	assert_int_equal(stream_shake(&stream, why, sizeof(why)), STREAM_ERROR);
	assert_false(stream_handshake(&stream, now + 10, why, sizeof(why)));
	assert_string_equal(why, "the peer closed the connection");
}

/* --- the end ----------------------------------------------------------------------------- */

static void the_end_is_said_once(void **state)
{
	(void)state;
	struct stream stream = { .fd = FD, .ssl = SSL_OF_TEST };
	stream_finish(&stream);
	expect_calls("bye 0;shutdown 7;");
	assert_int_equal(ERR_peek_error(), 0);
	assert_true(stream.ended);
	stream_finish(&stream);
	expect_calls("");
	stream_close(&stream);
	expect_calls("free 1;close 7;");
	assert_int_equal(stream.fd, -1);
	assert_null(stream.ssl);
	stream_close(&stream);
	stream_finish(&stream);
	expect_calls("");

	stream = (struct stream){ .fd = FD, .ssl = SSL_OF_TEST };
	stream_break_off(&stream);
	stream_finish(&stream);
	expect_calls("shutdown 7;");
	stream = (struct stream){ .fd = FD, .ssl = SSL_OF_TEST };
	stream_break_off(&stream);
	stream_close(&stream);
	expect_calls("free 1;close 7;");
	stream = (struct stream){ .fd = FD, .ssl = SSL_OF_TEST };
	stream_close(&stream);
	expect_calls("bye 0;free 1;close 7;");
	assert_int_equal(ERR_peek_error(), 0);
	stream = (struct stream){ .fd = FD };
	stream_finish(&stream);
	stream_close(&stream);
	expect_calls("shutdown 7;free 0;close 7;");
}

static void the_last_word_may_have_to_wait(void **state)
{
	(void)state;
	struct stream stream = { .fd = FD, .ssl = SSL_OF_TEST, .write_wants = POLLPRI };
	COMES_TO({ -1, 0 });
	ssl_error = SSL_ERROR_WANT_WRITE;
	assert_int_equal(stream_say_last(&stream), STREAM_AGAIN);
	assert_int_equal(stream.write_wants, POLLOUT);
	assert_false(stream.said_last);
	for (long result = 0; result < 2; result++) {
		stream.said_last = false;
		kernel.at = 0;
		kernel.result[0] = result;
		assert_int_equal(stream_say_last(&stream), STREAM_OK);
		assert_true(stream.said_last);
		assert_int_equal(stream.write_wants, 0);
	}
	expect_calls("bye 0;bye 0;bye 0;");
	stream = (struct stream){ .fd = FD };
	COMES_TO({ 0, 0 }, { -1, ENOTCONN });
	assert_int_equal(stream_say_last(&stream), STREAM_OK);
	assert_true(stream.said_last);
	assert_int_equal(stream_say_last(&stream), STREAM_ERROR);
	assert_false(stream.said_last);
	expect_calls("shutdown 7;shutdown 7;");
}

static void what_is_unread_is_drained(void **state)
{
	(void)state;
	struct stream stream = { .fd = FD };
	size_t taken = 0;
	COMES_TO({ 4096, 0 }, { -1, EINTR }, { 1, 0 }, { -1, EAGAIN });
	assert_true(stream_drain(&stream, &taken));
	assert_int_equal(taken, 4097);
	expect_calls("recv 4096;recv 4096;recv 4096;recv 4096;");
	COMES_TO({ 1, 0 }, { 0, 0 });
	assert_false(stream_drain(&stream, &taken));
	assert_int_equal(taken, 4098);
	COMES_TO({ -1, ECONNRESET });
	assert_false(stream_drain(&stream, &taken));
	calls[0] = '\0';
	taken = STREAM_DRAIN_OCTETS - 1;
	COMES_TO({ 1, 0 });
	assert_false(stream_drain(&stream, &taken));
	expect_calls("recv 4096;");
	assert_false(stream_drain(&stream, &taken));
	expect_calls("");
}

static void who_is_gone_altogether(void **state)
{
	(void)state;
	struct stream stream = { .fd = FD };
	assert_true(stream_is_closed(&stream));
	expect_calls("");
	stream.ssl = SSL_OF_TEST;
	COMES_TO({ 0, 0 }, { 1, 0 }, { -1, EAGAIN });
	assert_true(stream_is_closed(&stream));
	assert_false(stream_is_closed(&stream));
	assert_false(stream_is_closed(&stream));
	expect_calls("peek 1;peek 1;peek 1;");
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin_calls, end_calls)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_connection_begins),
		ONE(a_connection_is_there_or_not),
		ONE(it_is_waited_until_the_deadline),
		ONE(what_reading_comes_to),
		ONE(what_writing_comes_to),
		ONE(all_of_it_is_read_and_written),
		ONE(keys_may_change_so_often_in_an_hour),
		ONE(a_handshake_says_why_it_failed),
		ONE(the_end_is_said_once),
		ONE(the_last_word_may_have_to_wait),
		ONE(what_is_unread_is_drained),
		ONE(who_is_gone_altogether),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
