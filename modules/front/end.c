/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sockets and OpenSSL behind one face. Knows neither who is there nor what is said. */

#include "end.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_MS 100
#define LINGER_MS 1000
#define LINGER_OCTETS (256 * 1024)

int64_t end_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void end_pause(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	nanosleep(&pause, NULL);
}

/* Until something happens on the socket or the deadline has passed. False if that. */
static bool wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - end_now();
		if (left <= 0) {
			return false;
		}
		struct pollfd poll_fd = { .fd = fd, .events = events };
		int happened = poll(&poll_fd, 1, left > 60000 ? 60000 : (int)left);
		if (happened > 0) {
			return true;
		}
		if (happened < 0 && errno != EINTR) {
			end_pause();
		}
	}
}

int end_connect(const struct sockaddr *to, socklen_t to_size, const struct sockaddr *from,
	socklen_t from_size)
{
	int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -1;
	}
	const int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
#ifdef IP_BIND_ADDRESS_NO_PORT /* Linux */
	if (from != NULL) {
		/* Let connect() choose the port: bind() could only take one that no other
		 * connection has. */
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	}
#endif
	if ((from != NULL && bind(fd, from, from_size) != 0) ||
		(connect(fd, to, to_size) != 0 && errno != EINPROGRESS)) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

int end_connected(int fd, int64_t deadline)
{
	if (!wait_for(fd, POLLOUT, deadline)) {
		return ETIMEDOUT;
	}
	int error = 0;
	socklen_t size = sizeof(error);
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

static void on_message(int sent, int version, int type, const void *message, size_t size,
	SSL *ssl, void *arg)
{
	const uint8_t *octets = message;
	(void)version;
	(void)ssl;
	if (sent == 0 && type == SSL3_RT_HANDSHAKE && size > 0 &&
		octets[0] == SSL3_MT_KEY_UPDATE) {
		struct end *end = arg;
		end->key_updates++;
	}
}

bool end_secure(struct end *end, SSL_CTX *ctx)
{
	end->ssl = SSL_new(ctx);
	if (end->ssl == NULL || SSL_set_fd(end->ssl, end->fd) != 1) {
		SSL_free(end->ssl);
		end->ssl = NULL;
		ERR_clear_error();
		return false;
	}
	SSL_set_mode(end->ssl,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
			SSL_MODE_RELEASE_BUFFERS);
	/* Let no record that is not data keep us in SSL_read(); and none be read ahead, where
	 * poll() does not see it. */
	SSL_clear_mode(end->ssl, SSL_MODE_AUTO_RETRY);
	SSL_set_read_ahead(end->ssl, 0);
	SSL_set_msg_callback(end->ssl, on_message);
	SSL_set_msg_callback_arg(end->ssl, end);
	return true;
}

/* What a call of OpenSSL's came to; `wants` is set if it has to be repeated. errno may be
 * of that call only if it was zero before. */
static enum end_status status_of(struct end *end, int result, short *wants)
{
	switch (SSL_get_error(end->ssl, result)) {
	case SSL_ERROR_NONE:
		return END_OK;
	case SSL_ERROR_WANT_READ:
		*wants = POLLIN;
		return END_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		*wants = POLLOUT;
		return END_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return END_FINISHED;
	default:
		return END_ERROR;
	}
}

static void explain(char *why, size_t why_size)
{
	int error = errno;
	unsigned long reason = ERR_peek_error(); /* the first is the cause */
	const char *text = reason != 0 ? ERR_reason_error_string(reason) : NULL;
	if (text != NULL) {
		snprintf(why, why_size, "%s", text);
	} else {
		snprintf(why, why_size, "%s",
			error != 0 ? strerror(error) :
				     "the peer has closed the connection");
	}
	ERR_clear_error();
}

bool end_handshake(struct end *end, int64_t deadline, char *why, size_t why_size)
{
	for (;;) {
		ERR_clear_error();
		errno = 0;
		short wants = 0;
		switch (status_of(end, SSL_do_handshake(end->ssl), &wants)) {
		case END_OK:
			return true;
		case END_AGAIN:
			if (!wait_for(end->fd, wants, deadline)) {
				snprintf(why, why_size, "not finished in time");
				return false;
			}
			break;
		case END_FINISHED:
		case END_ERROR:
			explain(why, why_size);
			return false;
		}
	}
}

/* The same for a call of the kernel's. */
static enum end_status plain_status(ssize_t result, short *wants, short events)
{
	if (result >= 0) {
		return END_OK;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
		*wants = events;
		return END_AGAIN;
	}
	return END_ERROR;
}

enum end_status end_read(struct end *end, uint8_t *data, size_t size, size_t *got)
{
	*got = 0;
	end->read_wants = 0;
	enum end_status status;
	if (end->ssl != NULL) {
		ERR_clear_error();
		status = status_of(end, SSL_read_ex(end->ssl, data, size, got),
			&end->read_wants);
		if (end->key_updates > END_KEY_UPDATE_MAX) {
			status = END_ERROR;
		}
	} else {
		ssize_t result = recv(end->fd, data, size, 0);
		status = plain_status(result, &end->read_wants, POLLIN);
		if (result == 0) {
			status = END_FINISHED;
		} else if (result > 0) {
			*got = (size_t)result;
		}
	}
	end->finished = status == END_FINISHED;
	return status;
}

enum end_status end_write(struct end *end, const uint8_t *data, size_t size, size_t *put)
{
	*put = 0;
	end->write_wants = 0;
	if (end->ssl != NULL) {
		ERR_clear_error();
		return status_of(end, SSL_write_ex(end->ssl, data, size, put),
			&end->write_wants);
	}
	ssize_t result = send(end->fd, data, size, MSG_NOSIGNAL);
	if (result > 0) {
		*put = (size_t)result;
	}
	return plain_status(result, &end->write_wants, POLLOUT);
}

bool end_get(struct end *end, uint8_t *data, size_t size, int64_t deadline)
{
	while (size > 0) {
		size_t got;
		enum end_status status = end_read(end, data, size, &got);
		if (status == END_AGAIN && wait_for(end->fd, end->read_wants, deadline)) {
			continue;
		}
		if (status != END_OK) {
			return false;
		}
		data += got;
		size -= got;
	}
	return true;
}

bool end_put(struct end *end, const uint8_t *data, size_t size, int64_t deadline)
{
	while (size > 0) {
		size_t put;
		enum end_status status = end_write(end, data, size, &put);
		if (status == END_AGAIN && wait_for(end->fd, end->write_wants, deadline)) {
			continue;
		}
		if (status != END_OK) {
			return false;
		}
		data += put;
		size -= put;
	}
	return true;
}

bool end_is_closed(const struct end *end)
{
	uint8_t octet;
	return end->ssl == NULL ||
		recv(end->fd, &octet, sizeof(octet), MSG_PEEK | MSG_DONTWAIT) == 0;
}

void end_finish(struct end *end)
{
	if (end->fd < 0 || end->ended) {
		return;
	}
	end->ended = true;
	if (end->ssl != NULL) {
		ERR_clear_error();
		SSL_shutdown(end->ssl);
		ERR_clear_error();
	}
	/* With TLS too: the peer may still send what it has. */
	shutdown(end->fd, SHUT_WR);
}

static void linger(struct end *end)
{
	const int64_t deadline = end_now() + LINGER_MS;
	size_t left = LINGER_OCTETS;
	uint8_t unread[4096];
	while (left > 0 && wait_for(end->fd, POLLIN, deadline)) {
		ssize_t got = recv(end->fd, unread, sizeof(unread), 0);
		if (got <= 0) {
			return;
		}
		left -= (size_t)got < left ? (size_t)got : left;
	}
}

void end_farewell(struct end *end)
{
	if (end->fd >= 0) {
		end_finish(end);
		linger(end);
	}
}

void end_close(struct end *end)
{
	if (end->fd < 0) {
		return;
	}
	if (end->ssl != NULL && !end->ended) {
		/* As much of a farewell as there is room for (RFC 8446 6.1). */
		SSL_shutdown(end->ssl);
		ERR_clear_error();
	}
	SSL_free(end->ssl);
	close(end->fd);
	*end = END_NONE;
}
