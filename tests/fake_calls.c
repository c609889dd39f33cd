/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of the kernel's and OpenSSL's functions, and of monotonic.c: each notes that it was
 * called and comes to what the test gave. What a stream must make of that only the test knows. */

#include "fake_calls.h"

#include "monotonic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

char calls[512];
int64_t now;
struct kernel kernel;

int stand_in;
int ssl_error;
int updates;
struct stream *reading;

static void note(const char *what, long number)
{
	size_t used = strlen(calls);
	snprintf(calls + used, sizeof(calls) - used, "%s %ld;", what, number);
}

static long next(void)
{
	assert_true(kernel.at < ROWS(kernel.result));
	errno = kernel.error[kernel.at];
	return kernel.result[kernel.at++];
}

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return now;
}

void __wrap_monotonic_pause(void);
void __wrap_monotonic_pause(void)
{
	note("pause", 0);
	now += 100;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	assert_int_equal(count, 1);
	assert_int_equal(fds->fd, FD);
	note(fds->events == POLLIN ? "poll in" : "poll out", timeout);
	int result = (int)next();
	now += result == 0 ? timeout : 1;
	return result;
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	(void)data;
	assert_int_equal(fd, FD);
	const int look = MSG_PEEK | MSG_DONTWAIT; /* and leave it there */
	assert_true(flags == 0 || flags == look);
	note(flags == look ? "peek" : "recv", (long)size);
	return next();
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
	(void)data;
	assert_int_equal(fd, FD);
	assert_int_equal(flags, MSG_NOSIGNAL);
	note("send", (long)size);
	return next();
}

int __wrap_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol)
{
	assert_int_equal(type, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_int_equal(protocol, 0);
	note("socket", domain);
	return (int)next();
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	assert_int_equal(fd, FD);
	assert_int_equal(size, sizeof(int));
	assert_int_equal(*(const int *)value, 1);
	note(level == IPPROTO_TCP && name == TCP_NODELAY ? "nodelay" : "no port", 0);
	return 0;
}

int __wrap_bind(int fd, const struct sockaddr *from, socklen_t size);
int __wrap_bind(int fd, const struct sockaddr *from, socklen_t size)
{
	(void)from;
	assert_int_equal(fd, FD);
	note("bind", (long)size);
	return (int)next();
}

int __wrap_connect(int fd, const struct sockaddr *to, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *to, socklen_t size)
{
	(void)to;
	assert_int_equal(fd, FD);
	note("connect", (long)size);
	return (int)next();
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	assert_int_equal(fd, FD);
	assert_true(level == SOL_SOCKET && name == SO_ERROR);
	assert_int_equal(*size, sizeof(int));
	long result = next();
	*(int *)value = result == 0 ? errno : 0;
	return (int)result;
}

int __wrap_close(int fd);
int __wrap_close(int fd)
{
	note("close", fd);
	errno = EBADF;
	return -1;
}

int __wrap_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how)
{
	assert_int_equal(how, SHUT_WR);
	note("shutdown", fd);
	return (int)next();
}

/* --- OpenSSL ----------------------------------------------------------------------------- */

int __wrap_SSL_read_ex(SSL *ssl, void *data, size_t size, size_t *got);
int __wrap_SSL_read_ex(SSL *ssl, void *data, size_t size, size_t *got)
{
	(void)data;
	assert_ptr_equal(ssl, SSL_OF_TEST);
	note("read", (long)size);
	if (updates > 0) {
		updates--;
		reading->key_updates++;
	}
	*got = ssl_error == SSL_ERROR_NONE ? 3 : 0;
	return ssl_error == SSL_ERROR_NONE;
}

int __wrap_SSL_write_ex(SSL *ssl, const void *data, size_t size, size_t *put);
int __wrap_SSL_write_ex(SSL *ssl, const void *data, size_t size, size_t *put)
{
	(void)data;
	assert_ptr_equal(ssl, SSL_OF_TEST);
	note("write", (long)size);
	*put = ssl_error == SSL_ERROR_NONE ? size : 0;
	return ssl_error == SSL_ERROR_NONE;
}

int __wrap_SSL_do_handshake(SSL *ssl);
int __wrap_SSL_do_handshake(SSL *ssl)
{
	assert_ptr_equal(ssl, SSL_OF_TEST);
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(errno, 0);
	errno = kernel.error[0];
	if (kernel.result[0] != 0) {
		ERR_raise((int)kernel.result[0], (int)kernel.result[1]);
	}
	return ssl_error == SSL_ERROR_NONE ? 1 : -1;
}

int __wrap_SSL_get_error(const SSL *ssl, int result);
int __wrap_SSL_get_error(const SSL *ssl, int result)
{
	assert_ptr_equal(ssl, SSL_OF_TEST);
	assert_int_equal(result > 0, ssl_error == SSL_ERROR_NONE);
	return ssl_error;
}

int __wrap_SSL_shutdown(SSL *ssl);
int __wrap_SSL_shutdown(SSL *ssl)
{
	assert_ptr_equal(ssl, SSL_OF_TEST);
	note("bye", 0);
	ERR_raise(ERR_LIB_SSL, SSL_R_UNINITIALIZED);
	return (int)next();
}

void __wrap_SSL_free(SSL *ssl);
void __wrap_SSL_free(SSL *ssl)
{
	note("free", ssl != NULL);
}

int begin_calls(void **state)
{
	(void)state;
	calls[0] = '\0';
	memset(&kernel, 0, sizeof(kernel));
	now = BEGIN;
	assert_int_equal(OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, NULL), 1);
	ssl_error = SSL_ERROR_NONE;
	updates = 0;
	return 0;
}

int end_calls(void **state)
{
	(void)state;
	ERR_clear_error();
	return 0;
}

void expect_calls(const char *wanted)
{
	assert_string_equal(calls, wanted);
	calls[0] = '\0';
	memset(&kernel, 0, sizeof(kernel));
}
