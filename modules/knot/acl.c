/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Reads the rules of an ACL. Knows knotd's items for rules and remotes, and no clients.
 * Keeps nothing: knotc can change a rule while the module stays loaded, and a reload puts
 * new rules in force before it exchanges the modules of the zones. */

#include "acl.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "conf_item.h"
#include "remote.h"

/* clang-format off */
#define C_ACL		"\x03""acl"
#define C_ACTION	"\x06""action"
#define C_ADDR		"\x07""address"
#define C_CERT_HOSTNAME	"\x0D""cert-hostname"
#define C_CERT_KEY	"\x08""cert-key"
#define C_DENY		"\x04""deny"
#define C_KEY		"\x03""key"
#define C_REMOTE	"\x06""remote"
/* clang-format on */

#define ACTIONS_ALL (ACL_BIT(ACL_NOTIFY) | ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_UPDATE))

static bool is_set(knotd_mod_t *mod, const yp_name_t *item, const knotd_conf_t *rule,
	bool *failed)
{
	knotd_conf_t conf = conf_item(mod, C_ACL, item, rule, failed);
	bool set = conf.count > 0;
	knotd_conf_free(&conf);
	return set;
}

/* A rule that denies and has no action denies them all. */
static unsigned actions_of(knotd_mod_t *mod, const knotd_conf_t *rule, bool deny,
	bool *failed)
{
	knotd_conf_t conf = conf_item(mod, C_ACL, C_ACTION, rule, failed);
	unsigned actions = deny && conf.count == 0 ? ACTIONS_ALL : 0;
	for (size_t i = 0; i < conf.count; i++) {
		actions |= ACL_BIT(conf.multi[i].option);
	}
	knotd_conf_free(&conf);
	return actions;
}

/* Does knotd find at least two of sixteen clients from all over the IPv4 Internet, or of
 * sixteen from the IPv6 one (2000::/3), among these addresses? */
static bool are_everywhere(const knotd_conf_t *addresses)
{
	unsigned found4 = 0, found6 = 0;
	for (unsigned i = 0; i < 16; i++) {
		struct sockaddr_storage v4 = { .ss_family = AF_INET };
		struct sockaddr_storage v6 = { .ss_family = AF_INET6 };
		unsigned char octets[sizeof(struct in6_addr)];
		for (unsigned j = 0; j < sizeof(octets); j++) {
			octets[j] = (unsigned char)(2 + 14 * i + 37 * j);
		}
		memcpy(&((struct sockaddr_in *)&v4)->sin_addr, octets,
			sizeof(struct in_addr));
		octets[0] = (unsigned char)(0x20 + 2 * i);
		memcpy(&((struct sockaddr_in6 *)&v6)->sin6_addr, octets, sizeof(octets));
		found4 += knotd_conf_addr_range_match(addresses, &v4);
		found6 += knotd_conf_addr_range_match(addresses, &v6);
	}
	return found4 >= 2 || found6 >= 2;
}

bool acl_rule_is_open(knotd_mod_t *mod, const knotd_conf_t *rule, bool *failed)
{
	static const yp_name_t *const terms[] = {
		C_REMOTE,
		C_KEY,
		C_CERT_KEY,
#if KNOT_VERSION_MAJOR > 3 || KNOT_VERSION_MINOR >= 5
		C_CERT_HOSTNAME,
#endif
	};
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		if (is_set(mod, terms[i], rule, failed)) {
			return false;
		}
	}
	knotd_conf_t addresses = conf_item(mod, C_ACL, C_ADDR, rule, failed);
	bool open = addresses.count == 0 || are_everywhere(&addresses);
	knotd_conf_free(&addresses);
	return open;
}

struct reading {
	knotd_mod_t *mod;
	const char *path;
	bool named;
	bool failed;
};

static void compare(struct reading *reading, const knotd_conf_t *addresses)
{
	for (size_t i = 0; i < addresses->count; i++) {
		const struct sockaddr_un *address =
			(const struct sockaddr_un *)&addresses->multi[i].addr;
		reading->named = reading->named ||
			(address->sun_family == AF_UNIX &&
				strcmp(address->sun_path, reading->path) == 0);
	}
}

static void compare_remote(void *arg, const knotd_conf_t *remote)
{
	struct reading *reading = arg;
	knotd_conf_t addresses = remote_addresses(reading->mod, remote, &reading->failed);
	compare(reading, &addresses);
	knotd_conf_free(&addresses);
}

static void compare_rule(struct reading *reading, const knotd_conf_t *rule)
{
	knotd_mod_t *mod = reading->mod;
	knotd_conf_t remotes = conf_item(mod, C_ACL, C_REMOTE, rule, &reading->failed);
	remote_each(mod, &remotes, compare_remote, reading, &reading->failed);
	knotd_conf_free(&remotes);

	knotd_conf_t addresses = conf_item(mod, C_ACL, C_ADDR, rule, &reading->failed);
	compare(reading, &addresses);
	knotd_conf_free(&addresses);
}

bool acl_read(knotd_mod_t *mod, unsigned guarded, const char *path, unsigned action,
	struct acl *acl)
{
	struct reading reading = { .mod = mod, .path = path };
	acl->open_rule[0] = '\0';
	knotd_conf_t rules = conf_item_zone(mod, C_ACL, &reading.failed);
	for (size_t i = 0; i < rules.count; i++) {
		const knotd_conf_t rule = { .single = rules.multi[i], .count = 1 };
		bool deny = conf_item(mod, C_ACL, C_DENY, &rule, &reading.failed)
				    .single.boolean;
		unsigned actions = actions_of(mod, &rule, deny, &reading.failed);
		if (!deny && (actions & guarded) != 0 && acl->open_rule[0] == '\0' &&
			acl_rule_is_open(mod, &rule, &reading.failed)) {
			snprintf(acl->open_rule, sizeof(acl->open_rule), "%s",
				(const char *)rule.single.data);
		}
		if (path[0] != '\0' && (actions & action) != 0) {
			compare_rule(&reading, &rule);
		}
	}
	knotd_conf_free(&rules);
	acl->named = reading.named;
	return !reading.failed;
}
