/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Reads the values of the module's section. They have passed the check of mod_dance.c. */

#include "conf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "conf_item.h"

unsigned conf_option_bits(const knotd_conf_t *conf, bool shift, unsigned unset)
{
	unsigned bits = 0;
	for (size_t i = 0; i < conf->count; i++) {
		bits |= shift ? 1u << conf->multi[i].option : conf->multi[i].option;
	}
	return conf->count > 0 ? bits : unset;
}

unsigned conf_port(const struct sockaddr_storage *addr)
{
	return ntohs(addr->ss_family == AF_INET ?
			((const struct sockaddr_in *)addr)->sin_port :
			((const struct sockaddr_in6 *)addr)->sin6_port);
}

/* Writes the addresses as libdance reads them. */
static void read_resolvers(struct conf *conf, const knotd_conf_t *resolvers)
{
	for (size_t i = 0; i < resolvers->count && i < DANCE_FORWARDER_MAX; i++) {
		const struct sockaddr_storage *addr = &resolvers->multi[i].addr;
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)addr;
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)addr;
		bool is_v4 = addr->ss_family == AF_INET;
		char text[INET6_ADDRSTRLEN] = "";
		inet_ntop(addr->ss_family,
			is_v4 ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr,
			text, sizeof(text));
		snprintf(conf->forwarders[i], sizeof(conf->forwarders[i]), "%s@%u", text,
			conf_port(addr));
		conf->context.forwarders[i] = conf->forwarders[i];
	}
}

static const char *string_or_null(const knotd_conf_t *conf)
{
	return conf->count > 0 ? conf->single.string : NULL;
}

/* The pointers only. NULL when out of memory. */
static const char **copy_strings(const knotd_conf_t *strings)
{
	const char **copy = calloc(strings->count + 1, sizeof(copy[0]));
	for (size_t i = 0; copy != NULL && i < strings->count; i++) {
		copy[i] = strings->multi[i].string;
	}
	return copy;
}

int conf_read(struct conf *conf, knotd_mod_t *mod)
{
	memset(conf, 0, sizeof(*conf));
	conf->options.size = sizeof(conf->options);
	conf->context.size = sizeof(conf->context);
	bool failed = false;
	knotd_conf_t id = conf_item_mod(mod, MOD_ID, &failed);
	knotd_conf_t clients = conf_item_mod(mod, MOD_CLIENT, &failed);
	knotd_conf_t within = conf_item_mod(mod, MOD_CLIENT_WITHIN, &failed);
	knotd_conf_t action = conf_item_mod(mod, MOD_ACTION, &failed);
	knotd_conf_t usage = conf_item_mod(mod, MOD_USAGE, &failed);
	knotd_conf_t resolvers = conf_item_mod(mod, MOD_RESOLVER, &failed);
	knotd_conf_t identity_address = conf_item_mod(mod, MOD_IDENTITY_ADDRESS, &failed);
	knotd_conf_t identity_entry = conf_item_mod(mod, MOD_IDENTITY_ENTRY, &failed);
	knotd_conf_t refuse = conf_item_mod(mod, MOD_REFUSE, &failed);
	knotd_conf_t zone_counters = conf_item_mod(mod, MOD_ZONE_COUNTERS, &failed);
	unsigned usages = conf_option_bits(&usage, false, DANCE_USAGES_DEFAULT);
	knotd_conf_t ca_file = { 0 }; /* is there only for these */
	if ((usages & (DANCE_PKIX_TA | DANCE_PKIX_EE)) != 0) {
		ca_file = conf_item_mod(mod, MOD_CA_FILE, &failed);
	}
	knotd_conf_t trust_anchor = conf_item_mod(mod, MOD_TRUST_ANCHOR, &failed);
	knotd_conf_t root_hints = conf_item_mod(mod, MOD_ROOT_HINTS, &failed);
	knotd_conf_t timeout = conf_item_mod(mod, MOD_TIMEOUT, &failed);
	knotd_conf_t max_stale = conf_item_mod(mod, MOD_MAX_STALE, &failed);
	knotd_conf_t per_second = conf_item_mod(mod, MOD_LOOKUPS_PER_SECOND, &failed);
	knotd_conf_t in_flight = conf_item_mod(mod, MOD_LOOKUPS_IN_FLIGHT, &failed);
	knotd_conf_t remember = conf_item_mod(mod, MOD_REMEMBER, &failed);

	conf->has_section = id.count > 0;
	conf->actions = conf_option_bits(&action, true, ACL_BIT(ACL_TRANSFER));
	conf->options.usages = usages;
	conf->options.timeout_ms = (unsigned)timeout.single.integer;
	conf->options.max_stale_s = (unsigned)max_stale.single.integer;
	conf->identity_address = identity_address.single.boolean;
	conf->identity_entry = identity_entry.single.boolean;
	conf->refuse = refuse.single.boolean || !conf->identity_address;
	conf->zone_counters = zone_counters.single.boolean;
	conf->ca_file = string_or_null(&ca_file);
	conf->context.trust_anchor = string_or_null(&trust_anchor);
	conf->context.root_hints = string_or_null(&root_hints);
	conf->context.lookups_per_second = (unsigned)per_second.single.integer;
	conf->context.lookups_in_flight = (unsigned)in_flight.single.integer;
	conf->context.remembered = (unsigned)remember.single.integer;
	read_resolvers(conf, &resolvers);

	int ret = KNOT_ENOMEM;
	conf->clients = copy_strings(&clients);
	conf->within = copy_strings(&within);
	if (conf->clients != NULL && conf->within != NULL && !failed) {
		conf->client_count = clients.count;
		conf->options.within = conf->within;
		conf->options.within_count = within.count;
		ret = KNOT_EOK;
	}

	knotd_conf_free(&clients);
	knotd_conf_free(&within);
	knotd_conf_free(&action);
	knotd_conf_free(&usage);
	knotd_conf_free(&resolvers);
	return ret;
}

void conf_clear(struct conf *conf)
{
	free(conf->clients);
	free(conf->within);
	conf->clients = conf->within = NULL;
}
