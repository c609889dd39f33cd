/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A connection to the server, waited for: with TLS or without, and what the server said to end
 * it. Knows nothing of DNS messages but their length. */

#pragma once

#include "probe_target.h"
#include "stream.h"

struct link {
	struct stream stream;
	int alert; /* that the server sent; -1: none */
	bool asks_certificate;
	bool asks_name;
	bool timed_out; /* what was waited for last */
	char why[PROBE_WHY_SIZE];
};

#define LINK_NONE ((struct link){ .stream = { .fd = -1 }, .alert = -1 })

/* Connects by TCP. 0, or an errno. Close it in any case. The link must stay where it is. */
int link_open(struct link *link, const struct probe_address *address, unsigned timeout_ms);

/* Puts TLS on it; `host` is the server name indication, or empty. False, with what is known of
 * it in the link, if the handshake fails. */
bool link_secure(struct link *link, SSL_CTX *ctx, const char *host, unsigned timeout_ms);

/* Did the server choose the protocol "dot" (RFC 9103 7.1)? */
bool link_has_dot(const struct link *link);

/* No message that is sent has more octets. */
#define LINK_MESSAGE_MAX 512

/* Sends one message, with its length before it. */
bool link_send(struct link *link, const uint8_t *message, size_t size, unsigned timeout_ms);

/* Takes the next one, until a deadline of monotonic_ms(). Returns its size; 0 if there is
 * none. */
size_t link_receive(struct link *link, uint8_t message[UINT16_MAX], int64_t deadline);

void link_close(struct link *link);

/* An SSL_CTX with which nothing of ours can be shown, for any server and any version of TLS from
 * 1.2 on. NULL when out of memory. */
SSL_CTX *link_anonymous(void);
