/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A look at rules and remotes. Knows how knotd uses them, and decides nothing: the module
 * and knotd's own ACL permit clients. */

#include "conf_lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "acl.h"
#include "acl_alias.h"
#include "conf_item.h"
#include "log.h"
#include "log_once.h"
#include "module_refs.h"
#include "remote.h"

/* clang-format off */
#define C_ACL		"\x03""acl"
#define C_ACTION	"\x06""action"
#define C_ADDR		"\x07""address"
#define C_AUTO_ACL	"\x0D""automatic-acl"
#define C_CERT_KEY	"\x08""cert-key"
#define C_DENY		"\x04""deny"
#define C_KEY		"\x03""key"
#define C_MASTER	"\x06""master"
#define C_NOTIFY	"\x06""notify"
#define C_PROTOCOL	"\x08""protocol"
#define C_REMOTE	"\x06""remote"
#define C_SERVER	"\x06""server"
/* clang-format on */

#define PROTOCOL_TLS (1 << 2)

/* Has another zone come to this within the last seconds? */
static bool is_known(const struct conf_lint *lint, const char *line)
{
	const knot_dname_t *zone = knotd_mod_zone(lint->mod);
	return log_once_seen(lint->instance, zone, knot_dname_size(zone), line);
}

static void say(const struct conf_lint *lint, int priority, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void say(const struct conf_lint *lint, int priority, const char *format, ...)
{
	char line[DANCE_LINE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (!is_known(lint, line)) {
		log_text(lint->mod, priority, line);
	}
}

static bool is_set(knotd_mod_t *mod, const yp_name_t *item, const knotd_conf_t *rule)
{
	knotd_conf_t conf = knotd_conf(mod, C_ACL, item, rule);
	bool set = conf.count > 0;
	knotd_conf_free(&conf);
	return set;
}

static bool is_guarded(const struct conf_lint *lint, const knotd_conf_t *rule, bool deny)
{
	knotd_conf_t conf = knotd_conf(lint->mod, C_ACL, C_ACTION, rule);
	bool guarded = deny && conf.count == 0; /* that denies every action */
	for (size_t i = 0; i < conf.count; i++) {
		guarded = guarded || (lint->actions & ACL_BIT(conf.multi[i].option)) != 0;
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

struct plain_search {
	knotd_mod_t *mod;
	bool found;
};

static void find_plain(void *arg, const knotd_conf_t *remote)
{
	struct plain_search *search = arg;
	struct remote_terms terms = remote_terms(search->mod, remote, NULL);
	search->found = search->found || (!terms.key && !terms.secure);
}

/* Does any remote of a rule come over plain TCP, with no key? */
static bool has_plain_remote(knotd_mod_t *mod, const knotd_conf_t *rule)
{
	struct plain_search search = { .mod = mod };
	knotd_conf_t remotes = knotd_conf(mod, C_ACL, C_REMOTE, rule);
	remote_each(mod, &remotes, find_plain, &search, NULL);
	knotd_conf_free(&remotes);
	return search.found;
}

/* May a proved client have this name, or entry, in its address? */
static bool is_shown(const struct conf_lint *lint, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = name; *at != '\0'; at++) {
		if (*at >= 'A' && *at <= 'Z') {
			return false;
		}
	}
	for (size_t i = 0; i < lint->client_count; i++) {
		const char *client = lint->clients[i];
		size_t size = strlen(client);
		size -= size > 0 && client[size - 1] == '.';
		bool pattern = size > 2 && client[0] == '*' && name[0] != '@';
		if (pattern && !lint->identity_entry) { /* any name that ends in .suffix */
			client++;
			size--;
			if (length > size && name[0] != '*' &&
				strncasecmp(name + length - size, client, size) == 0) {
				return true;
			}
		} else if (length == size && strncasecmp(name, client, size) == 0) {
			return true;
		}
	}
	return false;
}

/* The clients of a list are shown as the list. */
static bool has_list(const struct conf_lint *lint)
{
	bool list = false;
	for (size_t i = 0; i < lint->client_count; i++) {
		list = list || lint->clients[i][0] == '@';
	}
	return list;
}

struct name_search {
	const struct conf_lint *lint;
	bool others; /* there are addresses that are not of names */
	bool by_address, by_remote;
};

/* How many names there are. */
static unsigned lint_names(struct name_search *search, const knotd_conf_t *addresses,
	const char *section, const char *id)
{
	const struct conf_lint *lint = search->lint;
	unsigned names = 0;
	for (size_t i = 0; i < addresses->count; i++) {
		const struct sockaddr_un *path =
			(const struct sockaddr_un *)&addresses->multi[i].addr;
		const char *name = path->sun_family == AF_UNIX ?
			acl_alias_name(path->sun_path) :
			NULL;
		names += name != NULL;
		if (name == NULL) {
			search->others = true;
		} else if (!lint->identity_address) {
			say(lint, LOG_WARNING,
				"address matches no client, %s %s, address %s "
				"('identity-address' is off); do: set 'identity-address: on' in "
				"section mod-dance",
				section, id, path->sun_path);
		} else if (!is_shown(lint, name)) {
			say(lint, LOG_WARNING,
				"address matches no client, %s %s, address %s (no permitted "
				"client has it); do: write %s, in lower case, without a "
				"trailing dot",
				section, id, path->sun_path,
				lint->identity_entry ?
					"an entry of 'client'" :
					has_list(lint) ?
					"a name that 'client' permits, or a list "
					"in it" :
					"a name that 'client' permits");
		}
	}
	return names;
}

static void lint_names_of_remote(void *arg, const knotd_conf_t *remote)
{
	struct name_search *search = arg;
	const char *id = (const char *)remote->single.data;
	knotd_conf_t addresses = remote_addresses(search->lint->mod, remote, NULL);
	unsigned names = lint_names(search, &addresses, "id", id);
	if (names > 0 && !remote_terms(search->lint->mod, remote, NULL).secure) {
		say(search->lint, LOG_WARNING,
			"remote matches no client, id %s (it names a client, and its 'tls' is "
			"off); do: set 'tls: on' in this remote",
			id);
	}
	knotd_conf_free(&addresses);
}

/* A rule for a name that is not spelled as the module shows it allows no client, or worse,
 * denies none. Returns by what the rule knows its clients. */
static struct name_search lint_addresses(const struct conf_lint *lint,
	const knotd_conf_t *rule, const char *id)
{
	struct name_search search = { .lint = lint };
	knotd_conf_t addresses = knotd_conf(lint->mod, C_ACL, C_ADDR, rule);
	search.by_address = addresses.count > 0;
	(void)lint_names(&search, &addresses, "acl", id);
	knotd_conf_free(&addresses);

	knotd_conf_t remotes = knotd_conf(lint->mod, C_ACL, C_REMOTE, rule);
	search.by_remote = remotes.count > 0;
	remote_each(lint->mod, &remotes, lint_names_of_remote, &search, NULL);
	knotd_conf_free(&remotes);
	return search;
}

/* What a rule asks of a client, while the module refuses. */
static void lint_guarded_rule(const struct conf_lint *lint, const knotd_conf_t *rule,
	const char *id, const struct name_search *search)
{
	knotd_mod_t *mod = lint->mod;
	bool by_remote = search->by_remote;
	if (is_set(mod, C_KEY, rule)) {
		return; /* asked for whatever the way */
	}
	if (by_remote ? has_plain_remote(mod, rule) : !is_tls_only(mod, rule)) {
		say(lint, LOG_WARNING,
			"acl allows plain TCP without this module, acl %s (it is not limited to "
			"TLS); do: set %s",
			id,
			by_remote ? "'tls: on' in its remotes" : "'protocol: tls' in it");
	} else if (!by_remote && !search->by_address && !is_set(mod, C_CERT_KEY, rule)) {
		say(lint, LOG_INFO,
			"acl allows any TLS client without this module, acl %s; do: give it "
			"'address: /dance/NAME' to limit it",
			id);
	}
}

/* The same while it leaves them to the ACL: the rules of before go on to hold. */
static void lint_mixed_rule(const struct conf_lint *lint, const knotd_conf_t *rule,
	const char *id)
{
	bool failed = false;
	if (acl_rule_is_open(lint->mod, rule, &failed) || failed) {
		say(lint, LOG_ERR, "'refuse: off' has no effect, acl %s %s", id,
			failed ?
				"(it cannot be read: not enough memory); do: give more memory "
				"and reload" :
				"(it allows any client); do: give it an address, a key or a "
				"cert-key, or 'address: /dance/NAME'");
	} else if (is_set(lint->mod, C_KEY, rule) && is_set(lint->mod, C_ADDR, rule)) {
		say(lint, LOG_WARNING,
			"acl does not match authenticated clients, acl %s (it requires a key and "
			"an address, and a client that another rule names has the address "
			"/dance/NAME); do: let it require the key only",
			id);
	}
}

static void lint_rule(const struct conf_lint *lint, const knotd_conf_t *rule)
{
	const char *id = (const char *)rule->single.data;
	char looked_at[160];
	snprintf(looked_at, sizeof(looked_at), "%u %d %d %d %s", lint->actions,
		lint->identity_address, lint->identity_entry, lint->leaves_to_acl, id);
	if (is_known(lint, looked_at)) {
		return; /* its lines are logged already */
	}
	bool deny = knotd_conf(lint->mod, C_ACL, C_DENY, rule).single.boolean;
	if (!is_guarded(lint, rule, deny)) {
		return;
	}
	const struct name_search search = lint_addresses(lint, rule, id);
	if (deny) {
		if (search.others && lint->identity_address) {
			say(lint, LOG_WARNING,
				"acl does not deny authenticated clients, acl %s (it denies by "
				"address, and they have the address /dance/NAME); do: deny them "
				"by name, or take the name from 'client'",
				id);
		}
	} else if (lint->leaves_to_acl) {
		lint_mixed_rule(lint, rule, id);
	} else {
		lint_guarded_rule(lint, rule, id, &search);
	}
}

struct automatic {
	const struct conf_lint *lint;
	const char *what;
};

static void lint_automatic(void *arg, const knotd_conf_t *remote)
{
	const struct automatic *automatic = arg;
	const struct conf_lint *lint = automatic->lint;
	struct remote_terms terms = remote_terms(lint->mod, remote, NULL);
	if (!terms.automatic_acl || terms.key || terms.certificate) {
		return;
	}
	say(lint, lint->leaves_to_acl ? LOG_ERR : LOG_WARNING,
		"automatic acl allows %s%s, protocol %s, id %s (to anyone at an address of this "
		"remote, without a key); do: set 'automatic-acl: off' in section server or in "
		"this remote",
		automatic->what, lint->leaves_to_acl ? "" : " without this module",
		terms.secure ? "TLS" : "TCP", (const char *)remote->single.data);
}

/* With automatic ACLs, a zone's remotes are allowed with no rule: those that are told of
 * changes to transfer it, and those that it comes from to tell of changes. */
static void lint_automatic_of(const struct conf_lint *lint, const yp_name_t *item,
	unsigned action, const char *what)
{
	if ((lint->actions & ACL_BIT(action)) == 0) {
		return;
	}
	struct automatic automatic = { .lint = lint, .what = what };
	knotd_conf_t remotes = conf_item_zone(lint->mod, item, NULL);
	remote_each(lint->mod, &remotes, lint_automatic, &automatic, NULL);
	knotd_conf_free(&remotes);
}

static bool has_others(const knotd_conf_t *addresses)
{
	for (size_t i = 0; i < addresses->count; i++) {
		const struct sockaddr_un *path =
			(const struct sockaddr_un *)&addresses->multi[i].addr;
		if (path->sun_family != AF_UNIX || acl_alias_name(path->sun_path) == NULL) {
			return true;
		}
	}
	return false;
}

static void find_others(void *arg, const knotd_conf_t *remote)
{
	struct name_search *search = arg;
	knotd_conf_t addresses = remote_addresses(search->lint->mod, remote, NULL);
	search->others = search->others || has_others(&addresses);
	knotd_conf_free(&addresses);
}

/* Does a rule allow transfers to a client that has no name yet? */
static bool allows_nameless(const struct conf_lint *lint, const knotd_conf_t *rule)
{
	knotd_mod_t *mod = lint->mod;
	const struct conf_lint transfers = { .mod = mod, .actions = ACL_BIT(ACL_TRANSFER) };
	if (knotd_conf(mod, C_ACL, C_DENY, rule).single.boolean ||
		!is_guarded(&transfers, rule, false)) {
		return false;
	}
	struct name_search search = { .lint = lint };
	knotd_conf_t addresses = knotd_conf(mod, C_ACL, C_ADDR, rule);
	knotd_conf_t remotes = knotd_conf(mod, C_ACL, C_REMOTE, rule);
	search.others = has_others(&addresses) ||
		(addresses.count == 0 && remotes.count == 0);
	remote_each(mod, &remotes, find_others, &search, NULL);
	knotd_conf_free(&addresses);
	knotd_conf_free(&remotes);
	return search.others;
}

/* knotd 3.4 asks its ACL about an ordinary query to a catalog before it asks a module: no
 * client has a name then. In 3.5 it is the other way round. */
static const bool acl_is_first = KNOT_VERSION_MAJOR == 3 && KNOT_VERSION_MINOR == 4;

static void lint_catalog(const struct conf_lint *lint, const knotd_conf_t *rules)
{
	if (!acl_is_first || !lint->identity_address ||
		(lint->actions & ACL_BIT(ACL_TRANSFER)) == 0 ||
		!(lint->zone != NULL ? lint->zone->catalog :
				       zone_conf_is_catalog(lint->mod))) {
		return;
	}
	for (size_t i = 0; i < rules->count; i++) {
		const knotd_conf_t rule = { .single = rules->multi[i], .count = 1 };
		if (allows_nameless(lint, &rule)) {
			return;
		}
	}
	say(lint, LOG_WARNING,
		"catalog zone denies SOA queries (its rules by name do not allow them, and "
		"secondaries send them before a transfer); do: add a rule with their addresses, "
		"'protocol: tls' and 'action: transfer'");
}

void conf_lint_acl(const struct conf_lint *lint)
{
	if (knotd_mod_zone(lint->mod) == NULL) {
		return;
	}
	knotd_conf_t rules = conf_item_zone(lint->mod, C_ACL, NULL);
	for (size_t i = 0; i < rules.count; i++) {
		const knotd_conf_t rule = { .single = rules.multi[i], .count = 1 };
		lint_rule(lint, &rule);
	}
	lint_catalog(lint, &rules);
	knotd_conf_free(&rules);

	if (lint->zone != NULL ?
			lint->zone->automatic :
			knotd_conf(lint->mod, C_SERVER, C_AUTO_ACL, NULL).single.boolean) {
		lint_automatic_of(lint, C_NOTIFY, ACL_TRANSFER, "transfers");
		lint_automatic_of(lint, C_MASTER, ACL_NOTIFY, "NOTIFY");
	}
}

/* Is mod-dance among the global modules of the default template? */
static bool is_global(knotd_mod_t *mod)
{
	knotd_conf_t refs = module_refs_global(mod);
	bool found = false;
	for (size_t i = 0; i < refs.count; i++) {
		found = found || module_ref_id(&refs.multi[i]) != NULL;
	}
	knotd_conf_free(&refs);
	return found;
}

bool conf_lint_tickets(const struct conf_lint *lint)
{
	bool mixed = knotd_mod_zone(lint->mod) != NULL && !is_global(lint->mod);
	if (mixed) {
		say(lint, LOG_INFO,
			"TLS sessions can be resumed (those that begin with other zones are "
			"refused at this one); do: add 'global-module: mod-dance' to the default "
			"template");
	}
	return mixed;
}
