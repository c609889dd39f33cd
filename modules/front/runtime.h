/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The configuration at work: for each front and client its SSL_CTX, its roster and what is
 * known of the upstream server. Counted: a reload puts another runtime in its place, and
 * the old one lives until its last user has released it. */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include "conf/conf.h"
#include "counts.h"
#include "dance.h"
#include "identity_map.h"

#include "../shared_context.h"

struct front {
	const struct conf_front *conf;
	SSL_CTX *tls;
	struct dance_trust *trust;
	struct dance_roster *roster;
	struct identity_map *identities;
	struct counts *counts;
	const struct conf_identity *all_identities; /* of the configuration: */
	struct counts_identity **identity_counts;   /* of those of this front */
	struct counts_identity *stranger_counts;    /* of clients that are none of these */
	atomic_bool unreachable; /* the upstream server, as last logged */
};

struct client {
	const struct conf_client *conf;
	SSL_CTX *tls;
	struct dance_trust *trust;
	struct dance_roster *roster;
	struct counts *counts;
	char *owner;             /* of the primary's records */
	atomic_bool unreachable; /* all primaries, as last logged */
	atomic_size_t best;      /* the primary that answered last */
};

struct runtime {
	atomic_uint users;
	struct conf *conf;
	struct shared_context_user context;
	struct front *fronts;   /* conf->front_count */
	struct client *clients; /* conf->client_count */
};

/* Takes `conf`, even when it fails. Reads keys and certificates in files. NULL with a sentence in
 * `error`. */
struct runtime *runtime_new(struct conf *conf, char error[CONF_ERROR_SIZE]);

/* Is a key or certificate in a store (key_store_is_uri())? */
bool runtime_has_stores(const struct runtime *runtime);

/* Reads those in stores, which may block. To be called once, after privileges are dropped and
 * before runtime_start(): what a provider loads for that is to have none, and a store is to admit
 * at the start whom it must admit at a reload. False with a sentence in `error`. */
bool runtime_open_stores(struct runtime *runtime, char error[CONF_ERROR_SIZE]);

/* Begins to ask DNS, with the libdance context of any runtime that was made for the same
 * section `dns`. `old` may be NULL; its clients tell which primary answered last. To be
 * called once, after privileges are dropped, before anybody uses it. False with a sentence
 * in `error`. */
bool runtime_start(struct runtime *runtime, const struct runtime *old,
	char error[CONF_ERROR_SIZE]);

/* The last to release it frees it. NULL is fine. */
void runtime_release(struct runtime *runtime);

/* NULL if there is none of this id. */
struct front *runtime_front(const struct runtime *runtime, const char *id);
struct client *runtime_client(const struct runtime *runtime, const char *id);

/* Which records of its primary's count, as bits of dance_options.usages. */
unsigned runtime_client_usages(const struct conf_client *conf);

/* The counters of an identity of this front; NULL: of clients that are none. */
struct counts_identity *front_identity_counts(const struct front *front,
	const struct conf_identity *identity);

/* The same of a client of this name, which may be "". */
struct counts_identity *front_name_counts(const struct front *front, const char *name);

/* The one in force. The caller releases it. */
struct runtime *runtime_current(void);

/* Takes this runtime and puts it in force; releases the one before. NULL at the end. */
void runtime_install(struct runtime *runtime);
