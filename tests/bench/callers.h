/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Many clients of a server on one thread: each dials, makes a TLS 1.3 handshake, says something,
 * waits for the first octet of an answer, and hangs up; or it stops somewhere on the way. Knows
 * nothing of what they say, and why. */

#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <openssl/ssl.h>

enum caller_manner {
	CALLER_CIVIL,  /* all of it */
	CALLER_BEGINS, /* a ClientHello, and nothing after it */
	CALLER_PLAIN,  /* says its words without TLS, or nothing if it has none */
};

enum caller_end {
	CALLER_ANSWERED,    /* the first octet back is there */
	CALLER_UNREACHABLE, /* no TCP connection came about */
	CALLER_TURNED_AWAY, /* with an alert */
	CALLER_CLOSED,      /* without one */
	CALLER_LATE,        /* nothing has come for as long as it waits */
	CALLER_ENDS,        /* how many there are */
};

struct caller {
	/* set by whoever has it, before callers_dial() */
	enum caller_manner manner;
	bool stays;        /* connected, when it has been answered */
	in_addr_t from;    /* an address of ours, in host order */
	X509 *certificate; /* NULL: none is shown */
	EVP_PKEY *key;
	const uint8_t *words;
	size_t word_count;
	/* callers.c's; zero at first */
	enum {
		CALLER_IDLE,
		CALLER_DIALS,
		CALLER_SHAKES,
		CALLER_WAITS,
		CALLER_STAYS
	} state;
	int fd;
	SSL *ssl;
	double until;
	TAILQ_ENTRY(caller) link; /* in the order of `until` */
};

struct callers {
	struct sockaddr_in server;
	SSL_CTX *tls;
	double patience; /* seconds from the dialling to the answer */
	int epoll;
	TAILQ_HEAD(, caller) open; /* those that are not answered yet */
	/* One is not open any more, or is answered. It may dial again, but not in here. */
	void (*ended)(struct caller *caller, enum caller_end end);
};

/* groups, alpn: as SSL_CTX_set1_groups_list() and SSL_CTX_set_alpn_protos() want them; groups NULL:
 * what OpenSSL offers by itself; alpn_size 0: none. */
void callers_begin(struct callers *callers, struct sockaddr_in server, char *groups,
	const uint8_t *alpn, unsigned alpn_size);

/* It must not be open. May call `ended`. */
void callers_dial(struct callers *callers, struct caller *caller);

/* Does what there is to do; waits for something, but no longer than so many milliseconds. */
void callers_run(struct callers *callers, int timeout_ms);

/* Without `ended`. */
void callers_hang_up(struct callers *callers, struct caller *caller);

/* One that stays: is the server still there? */
bool caller_is_connected(const struct caller *caller);

void callers_end(struct callers *callers);
