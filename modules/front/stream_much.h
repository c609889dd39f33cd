/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Much at once on a stream: more than one TLS record for each call of the kernel. Knows neither
 * peers nor messages. */

#pragma once

#include "buffers.h"
#include "stream.h"

/* From now on much is read at once: octets that poll() does not see may stay behind, until
 * stream_read() says STREAM_AGAIN; and stream_write_much() may be called. To be called after the
 * handshake. False when out of memory. */
bool stream_expect_much(struct stream *stream);

/* As stream_write(), but TLS records go to the kernel some at a time. Those that it does not take
 * are kept in one of these buffers, and count as written: as long as there are any,
 * stream_flush() comes before all else. */
enum stream_status stream_write_much(struct stream *stream, const uint8_t *data,
	size_t size, size_t *put, struct buffers *buffers);

/* STREAM_OK when nothing is kept any more, and the buffer is back. */
enum stream_status stream_flush(struct stream *stream, struct buffers *buffers);
