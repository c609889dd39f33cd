/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * OpenSSL writes its records into a buffer, which goes to the socket as a whole: a call of the
 * kernel for many records. */

#include "stream_much.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

/* What OpenSSL writes to: the socket or, while there is a buffer for it, that. A record for which
 * there is no room waits as if the socket did not take it. */
static int write_record(BIO *bio, const char *record, int size)
{
	struct stream *stream = BIO_get_data(bio);
	size_t octets = (size_t)size;
	BIO_clear_retry_flags(bio);
	if (stream->sealed == NULL) {
		ssize_t sent = send(stream->fd, record, octets, MSG_NOSIGNAL);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
			BIO_set_retry_write(bio);
		}
		return (int)sent;
	}
	if (octets > BUFFERS_SIZE - stream->sealed_end) {
		BIO_set_retry_write(bio);
		return -1;
	}
	memcpy(stream->sealed + stream->sealed_end, record, octets);
	stream->sealed_end += octets;
	return size;
}

static long control(BIO *bio, int command, long number, void *arg)
{
	(void)bio;
	(void)number;
	(void)arg;
	return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int begin_bio(BIO *bio)
{
	BIO_set_init(bio, 1);
	return 1;
}

static BIO_METHOD *method;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "stream");
	if (method != NULL &&
		(BIO_meth_set_create(method, begin_bio) != 1 ||
			BIO_meth_set_write(method, write_record) != 1 ||
			BIO_meth_set_ctrl(method, control) != 1)) {
		BIO_meth_free(method);
		method = NULL;
	}
}

/* OpenSSL then also asks the kernel for more than the record that it needs next. */
bool stream_expect_much(struct stream *stream)
{
	if (stream->ssl == NULL) {
		return true;
	}
	pthread_once(&prepared, prepare);
	BIO *bio = method != NULL ? BIO_new(method) : NULL;
	if (bio == NULL) {
		ERR_clear_error();
		return false;
	}
	BIO_set_data(bio, stream);
	SSL_set0_wbio(stream->ssl, bio);
	SSL_set_read_ahead(stream->ssl, 1);
	return true;
}

enum stream_status stream_flush(struct stream *stream, struct buffers *buffers)
{
	while (stream->sealed_at < stream->sealed_end) {
		ssize_t sent = send(stream->fd, stream->sealed + stream->sealed_at,
			stream->sealed_end - stream->sealed_at, MSG_NOSIGNAL);
		if (sent < 0) {
			return stream_plain_status(sent, &stream->write_wants, POLLOUT);
		}
		stream->sealed_at += (size_t)sent;
	}
	buffers_give(buffers, stream->sealed);
	stream->sealed = NULL;
	stream->sealed_at = stream->sealed_end = 0;
	return STREAM_OK;
}

enum stream_status stream_write_much(struct stream *stream, const uint8_t *data,
	size_t size, size_t *put, struct buffers *buffers)
{
	/* One record needs no buffer. */
	if (stream->ssl != NULL && size > SSL3_RT_MAX_PLAIN_LENGTH) {
		stream->sealed = buffers_take(buffers);
	}
	enum stream_status status = stream_write(stream, data, size, put);
	size_t more = *put;
	while (stream->sealed != NULL && status == STREAM_OK && *put < size) {
		status = stream_write(stream, data + *put, size - *put, &more);
		*put += more;
	}
	enum stream_status flushed = stream->sealed != NULL ?
		stream_flush(stream, buffers) :
		STREAM_OK;
	if (status == STREAM_ERROR || flushed == STREAM_ERROR) {
		return STREAM_ERROR;
	}
	return *put > 0 ? STREAM_OK : status;
}
