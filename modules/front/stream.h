/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One side of a relay: a connected TCP or UNIX socket, with TLS or without, that never blocks by
 * itself. Knows nothing of DNS. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

struct stream {
	int fd;         /* -1: there is none */
	SSL *ssl;       /* NULL: without TLS */
	bool finished;  /* nothing more comes */
	bool ended;     /* stream_finish() was called */
	bool said_last; /* the peer knows that nothing more comes from here, or must not */
	unsigned key_updates; /* that the peer has sent since: */
	int64_t keys_since;   /* monotonic_ms() */
	short read_wants;     /* poll() events that reading, or writing, waits for */
	short write_wants;
	uint8_t *sealed; /* records that are not sent yet (stream_much.h); or NULL */
	size_t sealed_at, sealed_end;
};

#define STREAM_NONE ((struct stream){ .fd = -1 })

enum stream_status {
	STREAM_OK,
	STREAM_AGAIN,    /* wait for what read_wants or write_wants says */
	STREAM_FINISHED, /* the peer has said that nothing more comes */
	STREAM_ERROR,    /* the connection is gone */
};

/* A socket that is connecting, or connected already, to an address; from an address unless
 * that is NULL. -1 with errno; EAGAIN of a UNIX socket says that its server has yet to accept
 * those before. */
int stream_connect(const struct sockaddr *to, socklen_t to_size,
	const struct sockaddr *from, socklen_t from_size);

/* Waits, until `deadline` (monotonic_ms()) at most, for the connection of
 * stream_connect() to be there. 0, or an errno. */
int stream_connected(int fd, int64_t deadline);

/* Does it connect no longer? */
bool stream_is_connected(int fd);

/* And how it ended: 0, or an errno. */
int stream_connect_error(int fd);

/* TLS on a connected socket of ours (non-blocking). The SSL then belongs to the stream,
 * which stays where it is. False when out of memory. */
bool stream_secure(struct stream *stream, SSL_CTX *ctx);

/* Moves a stream, which was nowhere else. */
void stream_move(struct stream *to, struct stream *from);

/* So often a peer may change its keys within this time (RFC 8446 4.6.3). A connection may last for
 * weeks. */
#define STREAM_KEY_UPDATE_MAX 64
#define STREAM_KEY_UPDATE_MS 3600000

/* The handshake, on the side that the SSL was told (SSL_set_accept_state and so on), as far
 * as it goes: STREAM_OK if it is done; STREAM_AGAIN: wait for `read_wants`, or if that is 0, for
 * the wake of dance_openssl_no_wait(); STREAM_ERROR with a sentence in `why`. */
enum stream_status stream_shake(struct stream *stream, char *why, size_t why_size);

/* The same to its end. False with a sentence in `why`. */
bool stream_handshake(struct stream *stream, int64_t deadline, char *why, size_t why_size);

enum stream_status stream_read(struct stream *stream, uint8_t *data, size_t size,
	size_t *got);
enum stream_status stream_write(struct stream *stream, const uint8_t *data, size_t size,
	size_t *put);

/* After a call of the kernel for this socket with such a result: `wants` becomes `events` if it has
 * to be repeated. */
enum stream_status stream_plain_status(ssize_t result, short *wants, short events);

/* Octets that are read from the socket at once, if its SSL_CTX says so
 * (SSL_CTX_set_default_read_buffer_len()): some TLS records. They are held only while there are
 * any. */
#define STREAM_READ_AHEAD 66000

/* May there be more to read than poll() sees? */
bool stream_holds(const struct stream *stream);

/* All of it, until `deadline` at most. */
bool stream_get(struct stream *stream, uint8_t *data, size_t size, int64_t deadline);
bool stream_put(struct stream *stream, const uint8_t *data, size_t size, int64_t deadline);

/* The peer has finished: by closing its side, not only by TLS's close_notify? */
bool stream_is_closed(const struct stream *stream);

/* Tells the peer that nothing more comes from here. */
void stream_finish(struct stream *stream);

/* The same of octets that have an end of their own, and what comes from the peer is still read:
 * close_notify (RFC 8446 6.1), or without TLS the end of this direction of TCP. STREAM_AGAIN: to
 * be called again when `write_wants` has come. */
enum stream_status stream_say_last(struct stream *stream);

/* What was written is not all that there should have been: the peer must not take it for that. The
 * connection ends without close_notify then (RFC 8446 6.1: that is how truncation is seen). */
void stream_break_off(struct stream *stream);

/* So long, and so much, it is read on for after the end: what was written is to arrive, and a
 * socket that is closed over unread octets takes it back (RFC 1122 4.2.2.13). */
#define STREAM_DRAIN_MS 1000
#define STREAM_DRAIN_OCTETS (256 * 1024)

/* Reads on after stream_finish() what there is, and throws it away. `taken` counts octets.
 * False when nothing more comes, or enough has. */
bool stream_drain(struct stream *stream, size_t *taken);

void stream_close(struct stream *stream);
