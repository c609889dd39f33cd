/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The module's section of knotd's configuration: its items, what is wrong with them, and
 * their values. Knows nothing of queries. */

#include "conf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acl.h"
#include "identity.h"
#include "item.h"

/* clang-format off */
#define MOD_ID			"\x02""id"
#define MOD_CLIENT		"\x06""client"
#define MOD_ACTION		"\x06""action"
#define MOD_USAGE		"\x05""usage"
#define MOD_CA_FILE		"\x07""ca-file"
#define MOD_IDENTITY_ADDRESS	"\x10""identity-address"
#define MOD_IDENTITY_ENTRY	"\x0E""identity-entry"
#define MOD_REFUSE		"\x06""refuse"
#define MOD_RESOLVER		"\x08""resolver"
#define MOD_TRUST_ANCHOR	"\x0C""trust-anchor"
#define MOD_ROOT_HINTS		"\x0A""root-hints"
#define MOD_TIMEOUT		"\x07""timeout"
#define MOD_MAX_STALE		"\x09""max-stale"
/* clang-format on */

static const knot_lookup_t actions[] = {
	{ ACL_TRANSFER, "transfer" },
	{ ACL_NOTIFY, "notify" },
	{ ACL_UPDATE, "update" },
	{ 0, NULL },
};

static const knot_lookup_t usages[] = {
	{ DANCE_PKIX_TA, "pkix-ta" },
	{ DANCE_PKIX_EE, "pkix-ee" },
	{ DANCE_DANE_TA, "dane-ta" },
	{ DANCE_DANE_EE, "dane-ee" },
	{ 0, NULL },
};

const yp_item_t conf_items[] = {
	{ MOD_CLIENT, YP_TSTR, YP_VNONE, YP_FMULTI },
	{ MOD_ACTION, YP_TOPT, YP_VOPT = { actions, ACL_TRANSFER }, YP_FMULTI },
	{ MOD_USAGE, YP_TOPT, YP_VOPT = { usages, DANCE_USAGES_DEFAULT }, YP_FMULTI },
	{ MOD_CA_FILE, YP_TSTR, YP_VNONE },
	{ MOD_IDENTITY_ADDRESS, YP_TBOOL, YP_VNONE },
	{ MOD_IDENTITY_ENTRY, YP_TBOOL, YP_VNONE },
	{ MOD_REFUSE, YP_TBOOL, YP_VBOOL = { true } },
	{ MOD_RESOLVER, YP_TADDR, YP_VADDR = { 53 }, YP_FMULTI },
	{ MOD_TRUST_ANCHOR, YP_TSTR, YP_VNONE },
	{ MOD_ROOT_HINTS, YP_TSTR, YP_VNONE },
	{ MOD_TIMEOUT, YP_TINT, YP_VINT = { 1, 5000, 500 } },
	{ MOD_MAX_STALE, YP_TINT, YP_VINT = { 0, 7 * 24 * 3600, 0, YP_STIME } },
	{ NULL },
};

/* The bits of all values of an option, `unset` if there is none. */
static unsigned option_bits(const knotd_conf_t *conf, bool shift, unsigned unset)
{
	unsigned bits = 0;
	for (size_t i = 0; i < conf->count; i++) {
		bits |= shift ? 1u << conf->multi[i].option : conf->multi[i].option;
	}
	return conf->count > 0 ? bits : unset;
}

static const char *check_clients(const knotd_conf_t *clients)
{
	static _Thread_local char text[DANCE_ERROR_SIZE + 8]; /* knotd prints it at once */
	char error[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < clients->count; i++) {
		if (!dance_roster_check_name(clients->multi[i].string, error)) {
			snprintf(text, sizeof(text), "client %s", error);
			return text;
		}
	}
	return clients->count == 0 ? "no client specified" : NULL;
}

static const char *check_identity_names(const knotd_conf_t *clients)
{
	for (size_t i = 0; i < clients->count; i++) {
		if (!identity_fits(clients->multi[i].string)) {
			return "client name too long for identity-address";
		}
	}
	return NULL;
}

static const char *check_identity(const knotd_conf_t *clients, bool address, bool entry,
	bool refuse)
{
	if (entry && !address) {
		return "identity-entry without identity-address: on";
	}
	if (!refuse && !address) {
		return "refuse: off without identity-address: on would let nobody in by name";
	}
	return address ? check_identity_names(clients) : NULL;
}

static unsigned port_of(const struct sockaddr_storage *addr)
{
	return ntohs(addr->ss_family == AF_INET ?
			((const struct sockaddr_in *)addr)->sin_port :
			((const struct sockaddr_in6 *)addr)->sin6_port);
}

static const char *check_resolvers(const knotd_conf_t *resolvers)
{
	if (resolvers->count > DANCE_FORWARDER_MAX) {
		return "too many resolver addresses";
	}
	for (size_t i = 0; i < resolvers->count; i++) {
		const struct sockaddr_storage *addr = &resolvers->multi[i].addr;
		if (addr->ss_family == AF_UNIX) {
			return "resolver is not an IP address";
		}
		if (port_of(addr) == 0) {
			return "resolver with port 0";
		}
	}
	return NULL;
}

static const char *check_usage(const knotd_conf_t *usage, const knotd_conf_t *ca_file)
{
	bool pkix = (option_bits(usage, false, 0) & (DANCE_PKIX_TA | DANCE_PKIX_EE)) != 0;
	if (pkix && ca_file->count == 0) {
		return "usage pkix-ta or pkix-ee without ca-file";
	}
	if (!pkix && ca_file->count != 0) {
		return "ca-file without usage pkix-ta or pkix-ee";
	}
	if (ca_file->count != 0 && access(ca_file->single.string, R_OK) != 0) {
		return "ca-file is not readable";
	}
	return NULL;
}

int conf_check(knotd_conf_check_args_t *args)
{
	knotd_conf_t clients = knotd_conf_check_item(args, MOD_CLIENT);
	knotd_conf_t usage = knotd_conf_check_item(args, MOD_USAGE);
	knotd_conf_t ca_file = knotd_conf_check_item(args, MOD_CA_FILE);
	knotd_conf_t address = knotd_conf_check_item(args, MOD_IDENTITY_ADDRESS);
	knotd_conf_t entry = knotd_conf_check_item(args, MOD_IDENTITY_ENTRY);
	knotd_conf_t refuse = knotd_conf_check_item(args, MOD_REFUSE);
	knotd_conf_t resolvers = knotd_conf_check_item(args, MOD_RESOLVER);

	const char *error = check_clients(&clients);
	if (error == NULL) {
		error = check_identity(&clients, address.single.boolean,
			entry.single.boolean, refuse.single.boolean);
	}
	if (error == NULL) {
		error = check_resolvers(&resolvers);
	}
	if (error == NULL) {
		error = check_usage(&usage, &ca_file);
	}

	knotd_conf_free(&clients);
	knotd_conf_free(&usage);
	knotd_conf_free(&resolvers);
	if (error != NULL) {
		args->err_str = error;
		return KNOT_EINVAL;
	}
	return KNOT_EOK;
}

static void read_resolvers(struct engine_settings *engine, const knotd_conf_t *resolvers)
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
		snprintf(engine->forwarders[i], sizeof(engine->forwarders[i]), "%s@%u",
			text, port_of(addr));
	}
}

static const char *string_or_null(const knotd_conf_t *conf)
{
	return conf->count > 0 ? conf->single.string : NULL;
}

int conf_read(struct conf *conf, knotd_mod_t *mod)
{
	memset(conf, 0, sizeof(*conf));
	bool failed = false;
	knotd_conf_t id = item_of_module(mod, MOD_ID, &failed);
	knotd_conf_t clients = item_of_module(mod, MOD_CLIENT, &failed);
	knotd_conf_t action = item_of_module(mod, MOD_ACTION, &failed);
	knotd_conf_t usage = item_of_module(mod, MOD_USAGE, &failed);
	knotd_conf_t resolvers = item_of_module(mod, MOD_RESOLVER, &failed);
	knotd_conf_t identity_address = item_of_module(mod, MOD_IDENTITY_ADDRESS, &failed);
	knotd_conf_t identity_entry = item_of_module(mod, MOD_IDENTITY_ENTRY, &failed);
	knotd_conf_t refuse = item_of_module(mod, MOD_REFUSE, &failed);
	knotd_conf_t ca_file = item_of_module(mod, MOD_CA_FILE, &failed);
	knotd_conf_t trust_anchor = item_of_module(mod, MOD_TRUST_ANCHOR, &failed);
	knotd_conf_t root_hints = item_of_module(mod, MOD_ROOT_HINTS, &failed);
	knotd_conf_t timeout = item_of_module(mod, MOD_TIMEOUT, &failed);
	knotd_conf_t max_stale = item_of_module(mod, MOD_MAX_STALE, &failed);

	conf->has_section = id.count > 0;
	conf->actions = option_bits(&action, true, ACL_BIT(ACL_TRANSFER));
	conf->options.usages = option_bits(&usage, false, DANCE_USAGES_DEFAULT);
	conf->options.timeout_ms = (unsigned)timeout.single.integer;
	conf->options.max_stale_s = (unsigned)max_stale.single.integer;
	conf->identity_address = identity_address.single.boolean;
	conf->identity_entry = identity_entry.single.boolean;
	conf->refuse = refuse.single.boolean || !conf->identity_address;
	conf->ca_file = string_or_null(&ca_file);
	conf->engine.trust_anchor = string_or_null(&trust_anchor);
	conf->engine.root_hints = string_or_null(&root_hints);
	read_resolvers(&conf->engine, &resolvers);

	int ret = KNOT_ENOMEM;
	conf->clients = calloc(clients.count + 1, sizeof(conf->clients[0]));
	if (conf->clients != NULL && !failed) {
		for (size_t i = 0; i < clients.count; i++) {
			conf->clients[i] = clients.multi[i].string;
		}
		conf->client_count = clients.count;
		ret = KNOT_EOK;
	}

	knotd_conf_free(&clients);
	knotd_conf_free(&action);
	knotd_conf_free(&usage);
	knotd_conf_free(&resolvers);
	return ret;
}

void conf_clear(struct conf *conf)
{
	free(conf->clients);
	conf->clients = NULL;
}
