/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sockets and OpenSSL behind one interface. Knows neither peers nor messages. */

#include "stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monotonic.h"

/* Waits until something happens on the socket. False if the deadline has passed. */
static bool wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - monotonic_ms();
		if (left <= 0) {
			return false;
		}
		struct pollfd poll_fd = { .fd = fd, .events = events };
		int happened = poll(&poll_fd, 1, left > 60000 ? 60000 : (int)left);
		if (happened > 0) {
			return true;
		}
		if (happened < 0 && errno != EINTR) {
			monotonic_pause();
		}
	}
}

int stream_connect(const struct sockaddr *to, socklen_t to_size,
	const struct sockaddr *from, socklen_t from_size)
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

bool stream_is_connected(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	return poll(&poll_fd, 1, 0) > 0;
}

int stream_connect_error(int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

int stream_connected(int fd, int64_t deadline)
{
	if (!wait_for(fd, POLLOUT, deadline)) {
		return ETIMEDOUT;
	}
	return stream_connect_error(fd);
}

static void on_message(int sent, int version, int type, const void *message, size_t size,
	SSL *ssl, void *arg)
{
	const uint8_t *octets = message;
	(void)version;
	(void)ssl;
	if (sent == 0 && type == SSL3_RT_HANDSHAKE && size > 0 &&
		octets[0] == SSL3_MT_KEY_UPDATE) {
		struct stream *stream = arg;
		stream->key_updates++;
	}
}

bool stream_secure(struct stream *stream, SSL_CTX *ctx)
{
	stream->ssl = SSL_new(ctx);
	if (stream->ssl == NULL || SSL_set_fd(stream->ssl, stream->fd) != 1) {
		SSL_free(stream->ssl);
		stream->ssl = NULL;
		ERR_clear_error();
		return false;
	}
	SSL_set_mode(stream->ssl,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
			SSL_MODE_RELEASE_BUFFERS);
	/* Let no record that is not data keep us in SSL_read(); and none be read ahead,
	 * where poll() does not see it. */
	SSL_clear_mode(stream->ssl, SSL_MODE_AUTO_RETRY);
	SSL_set_read_ahead(stream->ssl, 0);
	stream->keys_since = monotonic_ms();
	SSL_set_msg_callback(stream->ssl, on_message);
	SSL_set_msg_callback_arg(stream->ssl, stream);
	return true;
}

void stream_move(struct stream *to, struct stream *from)
{
	*to = *from;
	*from = STREAM_NONE;
	if (to->ssl != NULL) {
		SSL_set_msg_callback_arg(to->ssl, to);
	}
}

/* What a call of OpenSSL's came to; `wants` is set if it has to be repeated. errno may be
 * of that call only if it was zero before. */
static enum stream_status status_of(struct stream *stream, int result, short *wants)
{
	switch (SSL_get_error(stream->ssl, result)) {
	case SSL_ERROR_NONE:
		return STREAM_OK;
	case SSL_ERROR_WANT_READ:
		*wants = POLLIN;
		return STREAM_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		*wants = POLLOUT;
		return STREAM_AGAIN;
	case SSL_ERROR_WANT_RETRY_VERIFY: /* not for the socket */
		*wants = 0;
		return STREAM_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return STREAM_FINISHED;
	default:
		return STREAM_ERROR;
	}
}

static void explain(char *why, size_t why_size)
{
	int error = errno;
	const char *text =
		ERR_reason_error_string(ERR_peek_error()); /* the first is the cause */
	if (text != NULL) {
		snprintf(why, why_size, "%s", text);
	} else {
		snprintf(why, why_size, "%s",
			error != 0 ? strerror(error) : "the peer closed the connection");
	}
	ERR_clear_error();
}

enum stream_status stream_shake(struct stream *stream, char *why, size_t why_size)
{
	ERR_clear_error();
	errno = 0;
	stream->read_wants = 0;
	enum stream_status status = status_of(stream, SSL_do_handshake(stream->ssl),
		&stream->read_wants);
	if (status == STREAM_OK || status == STREAM_AGAIN) {
		return status;
	}
	explain(why, why_size);
	return STREAM_ERROR;
}

bool stream_handshake(struct stream *stream, int64_t deadline, char *why, size_t why_size)
{
	enum stream_status status;
	while ((status = stream_shake(stream, why, why_size)) == STREAM_AGAIN) {
		if (!wait_for(stream->fd, stream->read_wants, deadline)) {
			snprintf(why, why_size, "not finished in time");
			return false;
		}
	}
	return status == STREAM_OK;
}

enum stream_status stream_plain_status(ssize_t result, short *wants, short events)
{
	if (result >= 0) {
		return STREAM_OK;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
		*wants = events;
		return STREAM_AGAIN;
	}
	return STREAM_ERROR;
}

static bool changes_keys_too_often(struct stream *stream)
{
	if (stream->key_updates <= STREAM_KEY_UPDATE_MAX) {
		return false;
	}
	int64_t now = monotonic_ms();
	bool often = now - stream->keys_since < STREAM_KEY_UPDATE_MS;
	if (!often) {
		stream->keys_since = now;
		stream->key_updates = 0;
	}
	return often;
}

/* A call that has only read a change of keys tells to wait, even if what follows that has been read
 * ahead and poll() does not see it. */
static enum stream_status read_tls(struct stream *stream, uint8_t *data, size_t size,
	size_t *got)
{
	enum stream_status status;
	unsigned updates;
	do {
		updates = stream->key_updates;
		ERR_clear_error();
		status = status_of(stream, SSL_read_ex(stream->ssl, data, size, got),
			&stream->read_wants);
		if (changes_keys_too_often(stream)) {
			return STREAM_ERROR;
		}
	} while (status == STREAM_AGAIN && stream->key_updates != updates);
	return status;
}

enum stream_status stream_read(struct stream *stream, uint8_t *data, size_t size,
	size_t *got)
{
	*got = 0;
	stream->read_wants = 0;
	enum stream_status status;
	if (stream->ssl != NULL) {
		status = read_tls(stream, data, size, got);
	} else {
		ssize_t result = recv(stream->fd, data, size, 0);
		status = stream_plain_status(result, &stream->read_wants, POLLIN);
		if (result == 0) {
			status = STREAM_FINISHED;
		} else if (result > 0) {
			*got = (size_t)result;
		}
	}
	stream->finished = status == STREAM_FINISHED;
	return status;
}

enum stream_status stream_write(struct stream *stream, const uint8_t *data, size_t size,
	size_t *put)
{
	*put = 0;
	stream->write_wants = 0;
	if (stream->ssl != NULL) {
		ERR_clear_error();
		return status_of(stream, SSL_write_ex(stream->ssl, data, size, put),
			&stream->write_wants);
	}
	ssize_t result = send(stream->fd, data, size, MSG_NOSIGNAL);
	if (result > 0) {
		*put = (size_t)result;
	}
	return stream_plain_status(result, &stream->write_wants, POLLOUT);
}

bool stream_holds(const struct stream *stream)
{
	return stream->ssl != NULL && SSL_has_pending(stream->ssl) == 1;
}

bool stream_get(struct stream *stream, uint8_t *data, size_t size, int64_t deadline)
{
	while (size > 0) {
		size_t got;
		enum stream_status status = stream_read(stream, data, size, &got);
		if (status == STREAM_AGAIN &&
			wait_for(stream->fd, stream->read_wants, deadline)) {
			continue;
		}
		if (status != STREAM_OK) {
			return false;
		}
		data += got;
		size -= got;
	}
	return true;
}

bool stream_put(struct stream *stream, const uint8_t *data, size_t size, int64_t deadline)
{
	while (size > 0) {
		size_t put;
		enum stream_status status = stream_write(stream, data, size, &put);
		if (status == STREAM_AGAIN &&
			wait_for(stream->fd, stream->write_wants, deadline)) {
			continue;
		}
		if (status != STREAM_OK) {
			return false;
		}
		data += put;
		size -= put;
	}
	return true;
}

bool stream_is_closed(const struct stream *stream)
{
	uint8_t octet;
	return stream->ssl == NULL ||
		recv(stream->fd, &octet, sizeof(octet), MSG_PEEK | MSG_DONTWAIT) == 0;
}

void stream_finish(struct stream *stream)
{
	if (stream->fd < 0 || stream->ended) {
		return;
	}
	stream->ended = true;
	if (stream->ssl != NULL && !stream->said_last) {
		ERR_clear_error();
		SSL_shutdown(stream->ssl);
		ERR_clear_error();
	}
	/* With TLS too: the peer may still send what it has. */
	shutdown(stream->fd, SHUT_WR);
}

enum stream_status stream_say_last(struct stream *stream)
{
	stream->write_wants = 0;
	enum stream_status status = STREAM_OK;
	if (stream->ssl != NULL) {
		ERR_clear_error();
		int result = SSL_shutdown(stream->ssl); /* 0: the peer's is still to come */
		status = result >= 0 ? STREAM_OK :
				       status_of(stream, result, &stream->write_wants);
		/* Not TCP's end, too: the peer may change its keys and have us answer that. */
	} else if (shutdown(stream->fd, SHUT_WR) != 0) {
		status = STREAM_ERROR;
	}
	stream->said_last = status == STREAM_OK;
	return status;
}

void stream_break_off(struct stream *stream)
{
	stream->said_last = true;
}

bool stream_drain(struct stream *stream, size_t *taken)
{
	uint8_t unread[4096];
	while (stream->fd >= 0 && *taken < STREAM_DRAIN_OCTETS) {
		ssize_t got = recv(stream->fd, unread, sizeof(unread), 0);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
			return false;
		}
		if (got < 0 && errno == EAGAIN) {
			return true;
		}
		*taken += got > 0 ? (size_t)got : 0;
	}
	return false;
}

void stream_close(struct stream *stream)
{
	if (stream->fd < 0) {
		return;
	}
	if (stream->ssl != NULL && !stream->ended && !stream->said_last) {
		/* close_notify, if there is room for it (RFC 8446 6.1). */
		SSL_shutdown(stream->ssl);
		ERR_clear_error();
	}
	SSL_free(stream->ssl);
	free(stream->sealed);
	close(stream->fd);
	*stream = STREAM_NONE;
}
