/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One end of a relay: a connected TCP socket, with TLS or without, that never blocks by
 * itself. Knows nothing of DNS. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

struct end {
	int fd;               /* -1: there is none */
	SSL *ssl;             /* NULL: plain TCP */
	bool finished;        /* nothing more comes */
	bool ended;           /* end_finish() was called */
	unsigned key_updates; /* that the peer has sent */
	short read_wants;     /* poll() events that reading, or writing, waits for */
	short write_wants;
};

#define END_NONE ((struct end){ .fd = -1 })

enum end_status {
	END_OK,
	END_AGAIN,    /* wait for what read_wants or write_wants says */
	END_FINISHED, /* the peer has said that nothing more comes */
	END_ERROR,    /* the connection is gone */
};

/* Milliseconds of a clock that only goes forward. */
int64_t end_now(void);

/* Sleeps for a moment before something is tried again that has failed for want of memory or of
 * another resource that many share. */
void end_pause(void);

/* A socket that is connecting, or connected already, to an address; from an address unless
 * that is NULL. -1 with errno. */
int end_connect(const struct sockaddr *to, socklen_t to_size, const struct sockaddr *from,
	socklen_t from_size);

/* Waits, until `deadline` (end_now()) at most, for the connection of end_connect() to be
 * there. 0, or an errno. */
int end_connected(int fd, int64_t deadline);

/* TLS on a connected socket of ours (non-blocking). The SSL then belongs to the end, which
 * stays where it is. False when out of memory. */
bool end_secure(struct end *end, SSL_CTX *ctx);

/* So often a peer may change its keys in a connection (RFC 8446 4.6.3). */
#define END_KEY_UPDATE_MAX 64

/* The handshake, on the side that the SSL was told (SSL_set_accept_state and so on). False
 * with a sentence in `why`. */
bool end_handshake(struct end *end, int64_t deadline, char *why, size_t why_size);

enum end_status end_read(struct end *end, uint8_t *data, size_t size, size_t *got);
enum end_status end_write(struct end *end, const uint8_t *data, size_t size, size_t *put);

/* All of it, until `deadline` at most. */
bool end_get(struct end *end, uint8_t *data, size_t size, int64_t deadline);
bool end_put(struct end *end, const uint8_t *data, size_t size, int64_t deadline);

/* Of an end that has finished: by closing its side, not only by TLS's close_notify? */
bool end_is_closed(const struct end *end);

/* Tells the peer that nothing more comes from here. */
void end_finish(struct end *end);

/* Says farewell, and gives what was written a moment to arrive: a socket closed over unread
 * octets would take it back (RFC 1122 4.2.2.13). */
void end_farewell(struct end *end);

void end_close(struct end *end);
