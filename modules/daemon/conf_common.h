/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the configurations of all daemons have in common: who they run as, and the sections `log`
 * and `dns`. */

#pragma once

#include <stdbool.h>

#include "conf_error.h"
#include "dance.h"
#include "endpoint.h"
#include "log.h"

/* Each struct conf begins with it. */
struct conf_common {
	char *user; /* NULL: do not change it */

	struct endpoint metrics; /* where they are served; of size 0: nowhere */

	bool log_syslog; /* else standard error */
	bool log_json;   /* each line a JSON object */
	enum log_level log_level;

	char *trust_anchor; /* NULL: the core's default */
	char *root_hints;
	char *forwarders[DANCE_FORWARDER_MAX]; /* "ADDR@PORT" */
	unsigned timeout_ms;
	unsigned max_stale_s;
	unsigned lookups_per_second; /* of names below a "*.suffix" */
	unsigned lookups_in_flight;
	unsigned remember; /* such names */
};

/* Do the values go together? False with a sentence. */
bool conf_common_check(const struct conf_common *common, const struct conf_error *error);

/* Does another listener have the place of the metrics? False with a sentence. */
bool conf_common_check_metrics(const struct conf_common *common, const char *kind,
	const char *id, const struct sockaddr_storage *listen,
	const struct conf_error *error);

/* What dance check --config reads: for each section that permits names a section of mod-dance, in
 * the form of `knotc conf-export`, which quotes values. The first call begins a section. */
void conf_common_print(const struct conf_common *common, const char *id);
void conf_common_print_list(const char *key, char *const *values, size_t count);
void conf_common_print_usages(unsigned usages, const char *ca_file);

void conf_common_clear(struct conf_common *common);
