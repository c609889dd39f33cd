/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The configuration at work: a roster for each section. Counted: a reload puts another
 * runtime in its place, and the old one lives until its last user has released it. */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "counts.h"
#include "dance.h"

#include "../shared_context.h"

struct ask {
	const struct conf_ask *conf;
	struct dance_roster *roster;
	struct counts counts;
	bool has_names;              /* not only patterns */
	atomic_flag digest_reported; /* that fingerprints are not SHA-256 */
};

struct runtime {
	atomic_uint users;
	struct conf *conf;
	struct shared_context_user context;
	struct ask *asks; /* conf->ask_count */
};

/* Takes `conf`, even when it fails. NULL with a sentence in `error`. */
struct runtime *runtime_new(struct conf *conf, char error[CONF_ERROR_SIZE]);

/* Begins to ask DNS, with the libdance context of any runtime that was made for the same
 * section `dns`. To be called once, after privileges are dropped, before anybody uses it. False
 * with a sentence in `error`. */
bool runtime_start(struct runtime *runtime, char error[CONF_ERROR_SIZE]);

/* The last to release it frees it. NULL is fine. */
void runtime_release(struct runtime *runtime);

/* NULL if there is none of this id. */
struct ask *runtime_ask(const struct runtime *runtime, const char *id);

/* The one in force, or NULL. The caller releases it. */
struct runtime *runtime_current(void);

/* Takes this runtime and puts it in force; releases the one before. NULL at the end. */
void runtime_install(struct runtime *runtime);
