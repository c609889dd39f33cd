/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The values of the module's section of knotd's configuration. */

#pragma once

#include <knot/module.h>

#include "dance.h"

/* clang-format off */
#define MOD_ID			"\x02""id"
#define MOD_CLIENT		"\x06""client"
#define MOD_CLIENT_WITHIN	"\x0D""client-within"
#define MOD_ACTION		"\x06""action"
#define MOD_USAGE		"\x05""usage"
#define MOD_CA_FILE		"\x07""ca-file"
#define MOD_IDENTITY_ADDRESS	"\x10""identity-address"
#define MOD_IDENTITY_ENTRY	"\x0E""identity-entry"
#define MOD_REFUSE		"\x06""refuse"
#define MOD_ZONE_COUNTERS	"\x0D""zone-counters"
#define MOD_RESOLVER		"\x08""resolver"
#define MOD_TRUST_ANCHOR	"\x0C""trust-anchor"
#define MOD_ROOT_HINTS		"\x0A""root-hints"
#define MOD_TIMEOUT		"\x07""timeout"
#define MOD_MAX_STALE		"\x09""max-stale"
#define MOD_LOOKUPS_PER_SECOND	"\x12""lookups-per-second"
#define MOD_LOOKUPS_IN_FLIGHT	"\x11""lookups-in-flight"
#define MOD_REMEMBER		"\x08""remember"
/* clang-format on */

#define CONF_ADDRESS_SIZE 64

/* Strings are knotd's and only valid while the module is being loaded. `context` points into the
 * structure, which must stay where it is. */
struct conf {
	bool has_section;
	const char **clients;
	size_t client_count;
	const char **within; /* options.within */
	unsigned actions;    /* ACL_BITs */
	bool identity_address;
	bool identity_entry;
	bool refuse; /* off only with identity_address */
	bool zone_counters;
	const char *ca_file; /* NULL: none */
	struct dance_options options;
	struct dance_context_options context; /* how to look up, and limits */
	char forwarders[DANCE_FORWARDER_MAX][CONF_ADDRESS_SIZE];
};

/* KNOT_EOK, or KNOT_ENOMEM: then not all of it was read. */
int conf_read(struct conf *conf, knotd_mod_t *mod);
void conf_clear(struct conf *conf);

/* The bits of all values of an option, or with `shift` the bits that they number. `unset` if
 * there is none. */
unsigned conf_option_bits(const knotd_conf_t *conf, bool shift, unsigned unset);

/* Of an IP address. */
unsigned conf_port(const struct sockaddr_storage *addr);
