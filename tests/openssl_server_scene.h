/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server that dance_openssl_arm_server() armed before a client of the test's own manners, over
 * scene.h's DNS. */

#pragma once

#include "check.h"
#include "clientid_extension.h"
#include "dance_openssl.h"
#include "fixture.h"
#include "scene.h"
#include "tls.h"

#include <openssl/err.h>

#define NAME "a.example"
#define SAID(literal) { literal, sizeof(literal) - 1, 0 }

extern struct credential host, mine, other, authority, issued, expired;
extern const struct tls_word said, silence;
extern struct dance_roster *roster;
extern SSL_CTX *server, *client;
extern struct tls_pair pair;
extern struct dance_result result;

/* The server, anew. */
void arm(const struct dance_openssl_options *options);

int begin_scene(void **state);
int end_scene(void **state);

/* A client of its own manners. */
void come(const struct credential *own, const struct credential *above,
	const struct tls_word *word);
void come_with_raw_key(const struct credential *own, const struct tls_word *word);

/* It gets through, and then is this. */
void decides(enum dance_verdict verdict);
