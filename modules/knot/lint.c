/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A look at the zone's ACL. Only looks and warns: the module refuses what is not over TLS
 * whatever the ACL says, but knotd 3.4 goes on without a module that cannot be loaded, and
 * then the ACL is all there is. */

#include "lint.h"

#include <stdlib.h>
#include <string.h>

#define C_ACL		"\x03""acl"
#define C_ACTION	"\x06""action"
#define C_ADDR		"\x07""address"
#define C_CERT_KEY	"\x08""cert-key"
#define C_DENY		"\x04""deny"
#define C_KEY		"\x03""key"
#define C_PROTOCOL	"\x08""protocol"
#define C_REMOTE	"\x06""remote"
#define C_QUIC		"\x04""quic"
#define C_TLS		"\x03""tls"

#define PROTOCOL_TLS	(1 << 2)

static bool is_set(knotd_mod_t *mod, const yp_name_t *item, const knotd_conf_t *rule)
{
	knotd_conf_t conf = knotd_conf(mod, C_ACL, item, rule);
	bool set = conf.count > 0;
	knotd_conf_free(&conf);
	return set;
}

static bool is_guarded(knotd_mod_t *mod, const knotd_conf_t *rule, unsigned actions)
{
	knotd_conf_t conf = knotd_conf(mod, C_ACL, C_ACTION, rule);
	bool guarded = false;
	for (size_t i = 0; i < conf.count; i++) {
		guarded = guarded || (actions & 1u << conf.multi[i].option) != 0;
	}
	knotd_conf_free(&conf);
	return guarded;
}

static bool is_tls_only(knotd_mod_t *mod, const knotd_conf_t *rule)
{
	knotd_conf_t conf = knotd_conf(mod, C_ACL, C_PROTOCOL, rule);
	bool tls_only = conf.count > 0;
	for (size_t i = 0; i < conf.count; i++) {
		tls_only = tls_only && conf.multi[i].option == PROTOCOL_TLS;
	}
	knotd_conf_free(&conf);
	return tls_only;
}

/* Of a rule by remotes, these say how they come: does any of them over plain TCP, with no
 * key? A group of remotes is not looked into. */
static bool has_plain_remote(knotd_mod_t *mod, const knotd_conf_t *rule)
{
	knotd_conf_t remotes = knotd_conf(mod, C_ACL, C_REMOTE, rule);
	bool plain = false;
	for (size_t i = 0; i < remotes.count && !plain; i++) {
		const knotd_conf_t id = { .single = remotes.multi[i], .count = 1 };
		knotd_conf_t addr = knotd_conf(mod, C_REMOTE, C_ADDR, &id);
		knotd_conf_t key = knotd_conf(mod, C_REMOTE, C_KEY, &id);
		knotd_conf_t tls = knotd_conf(mod, C_REMOTE, C_TLS, &id);
		knotd_conf_t quic = knotd_conf(mod, C_REMOTE, C_QUIC, &id);
		plain = addr.count > 0 && key.count == 0 && !tls.single.boolean &&
			!quic.single.boolean;
		knotd_conf_free(&addr);
	}
	knotd_conf_free(&remotes);
	return plain;
}

static void lint_rule(knotd_mod_t *mod, const knotd_conf_t *rule, unsigned actions,
	bool identity_address)
{
	knotd_conf_t deny = knotd_conf(mod, C_ACL, C_DENY, rule);
	const char *id = (const char *)rule->single.data;
	if (!is_guarded(mod, rule, actions)) {
		return;
	}
	if (deny.single.boolean) {
		if (identity_address && (is_set(mod, C_ADDR, rule) ||
		    is_set(mod, C_REMOTE, rule))) {
			knotd_mod_log(mod, LOG_WARNING, "acl '%s' denies by address, which a "
				"client that is allowed does not have with identity-address", id);
		}
		return;
	}
	bool by_remote = is_set(mod, C_REMOTE, rule);
	if (is_set(mod, C_KEY, rule)) {
		return; /* asked for whatever the way */
	}
	if (by_remote ? has_plain_remote(mod, rule) : !is_tls_only(mod, rule)) {
		knotd_mod_log(mod, LOG_WARNING, "acl '%s' is not limited to %s, without this "
			"module it would allow plain TCP", id, by_remote ?
			"remotes with 'tls: on'" : "'protocol: tls'");
	} else if (by_remote) {
		return;
	} else if (!is_set(mod, C_ADDR, rule) && !is_set(mod, C_CERT_KEY, rule)) {
		knotd_mod_log(mod, LOG_INFO, "acl '%s' allows any TLS client, only this module "
			"keeps strangers out", id);
	}
}

void lint_acl(knotd_mod_t *mod, unsigned actions, bool identity_address)
{
	const knot_dname_t *zone = knotd_mod_zone(mod);
	if (zone == NULL) {
		return;
	}
	knotd_conf_t rules = knotd_conf_zone(mod, C_ACL, zone);
	for (size_t i = 0; i < rules.count; i++) {
		const knotd_conf_t rule = { .single = rules.multi[i], .count = 1 };
		lint_rule(mod, &rule, actions, identity_address);
	}
	knotd_conf_free(&rules);
}
