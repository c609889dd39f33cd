/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client that dance_openssl_arm_client() armed before a server of the test's own manners, over
 * scene.h's DNS. */

#pragma once

#include "check.h"
#include "dance_openssl.h"
#include "clientid_extension.h"
#include "fixture.h"
#include "scene.h"
#include "tls.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#define HOST "_853._tcp.host.example"
#define NAME "a.example"

extern struct credential host, other, authority, issued, common, mine;
extern const struct tls_word asked;
extern struct dance_roster *roster, *clients;
extern SSL_CTX *server, *client;
extern struct tls_pair pair;
extern struct dance_result result;
extern struct dance_openssl_options options;

int begin_scene(void **state);
int end_scene(void **state);

/* A client that trusts the authority, as far as that helps, armed with the options. */
void arm(const struct credential *own, bool raw_key);

/* A server of its own manners. */
void serve(const struct credential *own, const struct credential *above);

/* What the client holds of the server. */
void verdict_is(const char *row, enum dance_verdict verdict);
void refuses(const char *row, enum dance_verdict verdict);

/* The name, the certificate or key, as an armed server sees them. */
void shows(enum dance_verdict verdict, const char *name, bool raw_key);
