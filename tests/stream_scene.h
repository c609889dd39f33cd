/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A front for streams between a client and a server that the test itself is, over scene.h's DNS. */

#pragma once

#include "check.h"

#include "front_scene.h"
#include "scene.h"
#include "stream_mode.h"
#include "tls.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define NAME "a.example"
#define OTHER_NAME "b.example"
#define mine front_scene_mine
#define other front_scene_other

extern uint16_t port;
extern int listener;
extern int server; /* -1: nobody has been accepted */

extern struct stream_client {
	SSL_CTX *ctx;
	SSL *ssl;
	struct tls_end seen;
	int fd;
} client;

/* So long after a verdict the next one is made; 0: as it should be. */
extern atomic_uint next_check_ms;
extern atomic_uint checks;

/* It has left the client since the last call, and did not or did wait for it to close, too. */
void expect_left(bool gently);

/* What differs from one to another of them. */
struct stream_config {
	const char *name;   /* NULL: NAME */
	const char *server; /* NULL: the listener */
	const char *more;   /* of the section `front`; NULL: none */
	const char *limits; /* of the section `server`; NULL: none */
	const char *dns;    /* of the section `dns`; NULL: none */
	const char *id;     /* NULL: mqtt */
};

/* For the connections that come from now on. */
void configure(struct stream_config config);

int begin_scene(void **state);
int end_scene(void **state);

/* Those that come from now on send NAME in dane_clientid. */
extern bool sends_name;

/* Shakes hands, and is waited for; to_server: up to the header. */
void come(const struct credential *own);
void come_to_server(void);
void accept_server(void);
void leave(void);

void say(const char *text);
void expect_at_client(const char *text);
void expect_at_server(const char *text);

/* Both ways. */
void expect_flow(void);

/* The end, as the client sees it: in good order, or not. */
void expect_end(bool good);

/* What it says of the client is in one piece. */
void expect_header(const char *name);
