/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The configuration at work: for each front and client its SSL_CTX, its roster and what is
 * known of the server behind it. Counted: a reload puts other settings in their place, and
 * who uses the old ones keeps them as long as needed. */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include "conf.h"
#include "dance.h"
#include "register.h"

#include "../shared_context.h"

struct front {
	const struct conf_front *conf;
	SSL_CTX *tls;
	struct dance_trust *trust;
	struct dance_roster *roster;
	struct register_of_names *names;
	atomic_bool unreachable; /* the server behind, as last logged */
};

struct client {
	const struct conf_client *conf;
	SSL_CTX *tls;
	struct dance_trust *trust;
	struct dance_roster *roster;
	char *owner;             /* of the primary's records */
	atomic_bool unreachable; /* all primaries, as last logged */
	atomic_size_t best;      /* the primary that answered last */
};

struct settings {
	atomic_uint users;
	struct conf *conf;
	struct shared_context_user context;
	struct front *fronts;   /* conf->front_count */
	struct client *clients; /* conf->client_count */
};

/* Takes `conf`, even when it fails. Reads keys and certificates. NULL with a sentence in
 * `error`. */
struct settings *settings_new(struct conf *conf, char error[CONF_ERROR_SIZE]);

/* Begins to ask DNS, with the libdance context of settings that are there already if it was
 * made for the same section `dns`. `old` may be NULL; its clients tell which primary answered
 * last. To be called once, after privileges are dropped, before anybody uses them. False with
 * a sentence in `error`. */
bool settings_start(struct settings *settings, const struct settings *old,
	char error[CONF_ERROR_SIZE]);

/* The last to release them frees them. NULL is fine. */
void settings_release(struct settings *settings);

/* NULL if there is none of this id. */
struct front *settings_front(const struct settings *settings, const char *id);
struct client *settings_client(const struct settings *settings, const char *id);

/* Those in force. The caller releases them. */
struct settings *settings_current(void);

/* Puts these, which it takes, in the place of those in force. NULL at the end. */
void settings_install(struct settings *settings);
