/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A section of the module, the clients that it permits and others, and one connection at a time
 * on which they ask. Over the fakes of knotd, TLS and DNS. Link with knot_scene of meson.build. */

#pragma once

#include "check.h"
#include "fake_knotd.h"
#include "fake_tls.h"
#include "scene.h"

#define NAME "ns2.example.net"
#define SUFFIX "clients.example"
#define MEMBER "a." SUFFIX
/* The shortest that has no room below /dance/ in an address, which holds 107 octets. */
#define LONG_NAME \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa." \
	"bbbbbbbbbbbbbbbbbbbbbbbb." SUFFIX

extern const knot_dname_t scene_zone[];

/* Published under NAME; under no name; under MEMBER and LONG_NAME, which they bear. */
extern struct credential mine, other, member, long_one;

/* The query at hand, and its connection if it comes over TLS. */
extern struct fake_query query;
extern struct fake_tls tls;

/* The module's own clock: only tests let time pass. */
extern _Atomic long scene_seconds, scene_nanoseconds;

/* For cmocka, around the group and around each test. The section "one" permits NAME and
 * *.SUFFIX. */
int knot_scene_make(void **state);
int knot_scene_clear(void **state);
int knot_scene_begin(void **state);
int knot_scene_end(void **state);

/* `identity-address: on` */
void use_alias(void);

/* `refuse: off` as well, with a rule for NAME and one by key. */
void use_acl(void);

/* An instance with the section for the zone. Its names are looked up. */
knotd_mod_t *load(void);

/* A new connection and a new query, of a client that proves this certificate (NULL: none). */
void come(const struct credential *certificate, knotd_query_type_t type);

/* Then, not over TLS, or in a session that is resumed. */
void come_over_tcp(void);
void come_resumed(void);

bool passes(knotd_mod_t *mod);

/* The last message of the query has gone. */
void finish(knotd_mod_t *mod);

/* The query is refused, with all that belongs to it. */
void check_refused(const char *row, knotd_mod_t *mod, enum dance_verdict verdict,
	uint16_t rcode);

/* What the client's certificate would prove does not count after this change of the query: the
 * rest of the line in the log. */
struct unproven {
	const char *row;
	void (*change)(void);
	enum dance_verdict verdict;
	const char *protocol, *reason, *advice;
};

#define UNPROVEN_COUNT 8

extern const struct unproven unproven[UNPROVEN_COUNT];

/* One line and no other tells of this row, with this outcome, of an AXFR. */
void check_logged(const struct unproven *row, int priority, const char *outcome);
