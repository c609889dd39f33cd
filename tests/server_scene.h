/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A dance-front in server mode with clients that shake hands and ask: what they are
 * permitted by, what they hear, and the clocks by which it is decided. The tests are
 * linked with --wrap for clock_gettime(), dance_verify() and dance_decision_take(). */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "front_scene.h"
#include "message.h"
#include "tls.h"

#define NAME "a.example"
#define SAID(literal) { literal, sizeof(literal) - 1, 0 }

#define mine front_scene_mine
#define other front_scene_other

/* Extended errors: of a query that is not passed on, of a client that is not permitted, of
 * one for which DNS takes too long, and of an upstream server that does not answer. */
enum {
	NOT_PASSED = 21,
	PROHIBITED = 18,
	NOT_IN_TIME = 23,
	NO_SERVER = 23
};

enum {
	SERVFAIL = 2,
	REFUSED = 5
};

/* What a client sends in dane_clientid: NAME, or nothing. */
extern const struct tls_word said, silence;

/* What there is to see and to set, zero or as it says before each test. */
extern struct server_scene {
	atomic_uint decisions; /* of this connection */
	atomic_uint undecided; /* how often it could not be decided yet, since it came */
	atomic_uint looks;     /* at the clock that counts sleep, since it came */
	atomic_long now_s;     /* by that clock: 1000 */
	atomic_long later_s;   /* so much is the clock of deadlines ahead */
	unsigned lasts_s;      /* so long takes each decision by the former */
	struct message_reply reply; /* the last one */
} scene;

/* The far ends of two clients' connections, and the one that comes, asks and leaves: the
 * first before each test. */
extern struct far_end {
	SSL_CTX *ctx;
	SSL *ssl;
	struct tls_end seen;
	int fd;
} far_ends[3], *far;

/* For cmocka, before each test; after it front_scene_end(). NAME is permitted, and has the
 * key `mine` in DNS; "b.example" has `other`. */
int server_scene_begin(void **state);

/* What a configuration says that is not the same in all of them. */
struct config {
	const char *name;    /* NULL: NAME */
	const char *address; /* of the identity; NULL: 192.0.2.2 */
	uint16_t server;     /* its port on loopback; 0: one that nobody listens on */
	const char *more;    /* of the section `front`; NULL: none */
	const char *limits;  /* of the section `server`; NULL: none */
	const char *id;      /* NULL: xot */
};
void configure(struct config config);

/* One shakes hands, and is waited for with its first query. */
void come(const struct credential *own, const struct tls_word *word);

void say(const uint8_t *message, size_t size);
size_t hear_message(uint8_t answer[MESSAGE_MAX]);

/* Asks for "example.", with an OPT record; the extended error of the answer. */
int ask_for(uint16_t type);

/* The answer to a query of a kind that is not passed, and the decisions so far. */
void asks(int answer, unsigned decided);

/* The front has closed the connection, or may do so now. */
void leave(bool closed);
