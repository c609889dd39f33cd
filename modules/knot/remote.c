/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Reads remotes and groups of them. Knows their items, and nothing of zones. */

#include "remote.h"

#include "conf_item.h"

/* clang-format off */
#define C_ADDR		"\x07""address"
#define C_AUTO_ACL	"\x0D""automatic-acl"
#define C_CERT_HOSTNAME	"\x0D""cert-hostname"
#define C_CERT_KEY	"\x08""cert-key"
#define C_KEY		"\x03""key"
#define C_QUIC		"\x04""quic"
#define C_REMOTE	"\x06""remote"
#define C_REMOTES	"\x07""remotes"
#define C_TLS		"\x03""tls"
/* clang-format on */

knotd_conf_t remote_addresses(knotd_mod_t *mod, const knotd_conf_t *remote, bool *failed)
{
	return conf_item(mod, C_REMOTE, C_ADDR, remote, failed);
}

/* Every remote has an address; an id without one is that of a group. */
static bool is_group(knotd_mod_t *mod, const knotd_conf_t *id, bool *failed)
{
	knotd_conf_t addresses = remote_addresses(mod, id, failed);
	bool group = addresses.count == 0;
	knotd_conf_free(&addresses);
	return group;
}

void remote_each(knotd_mod_t *mod, const knotd_conf_t *list,
	void (*each)(void *arg, const knotd_conf_t *remote), void *arg, bool *failed)
{
	for (size_t i = 0; i < list->count; i++) {
		const knotd_conf_t id = { .single = list->multi[i], .count = 1 };
		if (!is_group(mod, &id, failed)) {
			each(arg, &id);
			continue;
		}
		knotd_conf_t members = conf_item(mod, C_REMOTES, C_REMOTE, &id, failed);
		for (size_t j = 0; j < members.count; j++) {
			const knotd_conf_t member = { .single = members.multi[j],
				.count = 1 };
			each(arg, &member);
		}
		knotd_conf_free(&members);
	}
}

static bool is_set(knotd_mod_t *mod, const yp_name_t *item, const knotd_conf_t *remote,
	bool *failed)
{
	knotd_conf_t conf = conf_item(mod, C_REMOTE, item, remote, failed);
	bool set = conf.count > 0;
	knotd_conf_free(&conf);
	return set;
}

static bool has_certificate(knotd_mod_t *mod, const knotd_conf_t *remote, bool *failed)
{
	static const yp_name_t *const items[] = {
		C_CERT_KEY,
#if KNOT_VERSION_MAJOR > 3 || KNOT_VERSION_MINOR >= 5
		C_CERT_HOSTNAME,
#endif
	};
	bool has = false;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		has = has || is_set(mod, items[i], remote, failed);
	}
	return has;
}

struct remote_terms remote_terms(knotd_mod_t *mod, const knotd_conf_t *remote, bool *failed)
{
	return (struct remote_terms){
		.key = is_set(mod, C_KEY, remote, failed),
		.certificate = has_certificate(mod, remote, failed),
		.secure = conf_item(mod, C_REMOTE, C_TLS, remote, failed).single.boolean ||
			conf_item(mod, C_REMOTE, C_QUIC, remote, failed).single.boolean,
		.automatic_acl = conf_item(mod, C_REMOTE, C_AUTO_ACL, remote, failed)
			.single.boolean,
	};
}
