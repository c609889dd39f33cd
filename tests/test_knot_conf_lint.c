/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the log says of a configuration around the module, and that it says nothing of one in which
 * there is nothing wrong. */

#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "check.h"
#include "conf_lint.h"
#include "fake_knotd.h"

static const knot_dname_t zone[] = "\7example\3com";
static const char *const clients[] = { "NS2.example.net.", "*.clients.example" };
static const char *const lists[] = { "ns2.example.net", "*.example.net",
	"@Clients.example.net." };

#define NAMES 1u   /* identity-address: on */
#define ENTRIES 3u /* and identity-entry: on */
#define MIXED 5u   /* refuse: off, with names */

/* Numbers in knotd's configuration. */
#define TRANSFER "2"
#define NOTIFY "1"
#define TCP "2"
#define TLS "4"

/* A value of an item; a row of them ends with NULL. */
struct set {
	const char *section, *id, *item, *value;
};

#define ACL(item, value) { "acl", "a", item, value }
#define RULE ACL("action", TRANSFER), { "zone", "", "acl", "a" }
#define TLS_RULE RULE, ACL("protocol", TLS)
#define REMOTE(id, item, value) { "remote", id, item, value }
#define REMOTE_RULE RULE, ACL("remote", "r"), REMOTE("r", "address", "192.0.2.1")
#define AUTOMATIC(action) \
	{ "server", "", "automatic-acl", "on" }, { "zone", "", action, "r" }, \
		REMOTE("r", "address", "192.0.2.1"), REMOTE("r", "automatic-acl", "on")

static const struct row {
	const char *row;
	unsigned way;
	int priority; /* -1: nothing is logged */
	const char *part;
	struct set sets[12];
} rows[] = {
	{ "no rule", 0, -1, "", { { NULL } } },
	{ "any TLS client", 0, LOG_INFO,
		"acl allows any TLS client without this module, acl a; do: ", { TLS_RULE } },
	{ "any client", 0, LOG_WARNING,
		"acl a (it is not limited to TLS); do: set 'protocol: tls' in it",
		{ RULE } },
	{ "TLS or TCP", 0, LOG_WARNING,
		"acl a (it is not limited to TLS); do: set 'protocol: tls' in it",
		{ TLS_RULE, ACL("protocol", TCP) } },
	{ "TCP or TLS", 0, LOG_WARNING,
		"acl a (it is not limited to TLS); do: set 'protocol: tls' in it",
		{ RULE, ACL("protocol", TCP), ACL("protocol", TLS) } },
	{ "an address over TCP", 0, LOG_WARNING, "acl a (it is not limited to TLS)",
		{ RULE, ACL("address", "192.0.2.1") } },
	{ "an address over TLS", 0, -1, "", { TLS_RULE, ACL("address", "192.0.2.1") } },
	{ "a key", 0, -1, "", { RULE, ACL("key", "k") } },
	{ "a pin", 0, -1, "", { TLS_RULE, ACL("cert-key", "pin") } },
	{ "not guarded", 0, -1, "", { { "zone", "", "acl", "a" }, ACL("action", NOTIFY) } },

	{ "a plain remote", 0, LOG_WARNING,
		"acl a (it is not limited to TLS); do: set 'tls: on' in its remotes",
		{ REMOTE_RULE } },
	{ "a remote over TLS", 0, -1, "", { REMOTE_RULE, REMOTE("r", "tls", "on") } },
	{ "a remote over QUIC", 0, -1, "", { REMOTE_RULE, REMOTE("r", "quic", "on") } },
	{ "a remote with a key", 0, -1, "", { REMOTE_RULE, REMOTE("r", "key", "k") } },
	{ "a group, one plain", 0, LOG_WARNING, "set 'tls: on' in its remotes",
		{ RULE, ACL("remote", "group"), { "remotes", "group", "remote", "r" },
			{ "remotes", "group", "remote", "s" },
			REMOTE("r", "address", "192.0.2.1"), REMOTE("r", "tls", "on"),
			REMOTE("s", "address", "192.0.2.2") } },
	{ "a group, none plain", 0, -1, "",
		{ RULE, ACL("remote", "group"), { "remotes", "group", "remote", "r" },
			{ "remotes", "group", "remote", "s" },
			REMOTE("r", "address", "192.0.2.1"), REMOTE("r", "tls", "on"),
			REMOTE("s", "address", "192.0.2.2"), REMOTE("s", "key", "k") } },

	{ "names are off", 0, LOG_WARNING, "set 'identity-address: on'",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net") } },
	{ "a name", NAMES, -1, "", { TLS_RULE, ACL("address", "/dance/ns2.example.net") } },
	{ "upper case", NAMES, LOG_WARNING,
		"address matches no client, acl a, address /dance/ns2.Example.net (no permitted "
		"client has it); do: write a name",
		{ TLS_RULE, ACL("address", "/dance/ns2.Example.net") } },
	{ "a letter A", NAMES, LOG_WARNING,
		"address matches no client, acl a, address /dance/A.",
		{ TLS_RULE, ACL("address", "/dance/A.clients.example") } },
	{ "a letter Z", NAMES, LOG_WARNING,
		"address matches no client, acl a, address /dance/Z.",
		{ TLS_RULE, ACL("address", "/dance/Z.clients.example") } },
	{ "a dot at the end", NAMES, LOG_WARNING,
		"address matches no client, acl a, address /dance/ns2.example.net. (",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net.") } },
	{ "another name", NAMES, LOG_WARNING, "address matches no client",
		{ TLS_RULE, ACL("address", "/dance/s2.example.net") } },
	{ "a name below a suffix", NAMES, -1, "",
		{ TLS_RULE, ACL("address", "/dance/x.clients.example") } },
	{ "a suffix itself", NAMES, LOG_WARNING, "address matches no client",
		{ TLS_RULE, ACL("address", "/dance/clients.example") } },
	{ "a name that ends like a suffix", NAMES, LOG_WARNING, "address matches no client",
		{ TLS_RULE, ACL("address", "/dance/xclients.example") } },
	{ "a short name", NAMES, LOG_WARNING, "address matches no client",
		{ TLS_RULE, ACL("address", "/dance/e") } },
	{ "a pattern for a name", NAMES, LOG_WARNING, "address matches no client",
		{ TLS_RULE, ACL("address", "/dance/*.clients.example") } },
	{ "a pattern", ENTRIES, -1, "",
		{ TLS_RULE, ACL("address", "/dance/*.clients.example") } },
	{ "a name for a pattern", ENTRIES, LOG_WARNING, "write an entry of 'client'",
		{ TLS_RULE, ACL("address", "/dance/x.clients.example") } },
	{ "a remote of a name", NAMES, -1, "",
		{ RULE, ACL("remote", "r"), REMOTE("r", "address", "/dance/ns2.example.net"),
			REMOTE("r", "tls", "on") } },
	{ "a plain remote of a name with a key", NAMES, LOG_WARNING,
		"remote matches no client, id r (it names a client",
		{ RULE, ACL("remote", "r"), REMOTE("r", "key", "k"),
			REMOTE("r", "address", "/dance/ns2.example.net") } },

	{ "denied by address", NAMES, LOG_WARNING,
		"acl does not deny authenticated clients, acl a (it denies by address",
		{ RULE, ACL("deny", "on"), ACL("address", "192.0.2.1") } },
	{ "denied every action", NAMES, LOG_WARNING,
		"acl does not deny authenticated clients, acl a (it denies by address",
		{ { "zone", "", "acl", "a" }, ACL("deny", "on"),
			ACL("address", "192.0.2.1") } },
	{ "denied by name", NAMES, -1, "",
		{ RULE, ACL("deny", "on"), ACL("address", "/dance/ns2.example.net") } },
	{ "denied by address without names", 0, -1, "",
		{ RULE, ACL("deny", "on"), ACL("address", "192.0.2.1") } },

	{ "open", MIXED, LOG_ERR,
		"'refuse: off' has no effect, acl a (it allows any client); do: ",
		{ TLS_RULE } },
	{ "a key and an address", MIXED, LOG_WARNING,
		"acl does not match authenticated clients, acl a (it requires a key and an",
		{ RULE, ACL("key", "k"), ACL("address", "192.0.2.1") } },
	{ "a key beside names", MIXED, -1, "", { RULE, ACL("key", "k") } },
	{ "an address beside names", MIXED, -1, "", { RULE, ACL("address", "192.0.2.1") } },

	{ "automatic transfers", 0, LOG_WARNING,
		"automatic acl allows transfers without this module, protocol TCP, id r (to "
		"anyone at an address of this remote, without a key); do: ",
		{ AUTOMATIC("notify") } },
	{ "the same beside names", MIXED, LOG_ERR,
		"automatic acl allows transfers, protocol TCP, id r",
		{ AUTOMATIC("notify") } },
	{ "automatic transfers over TLS", 0, LOG_WARNING, "protocol TLS, id r",
		{ AUTOMATIC("notify"), REMOTE("r", "tls", "on") } },
	{ "automatic with a key", 0, -1, "",
		{ AUTOMATIC("notify"), REMOTE("r", "key", "k") } },
	{ "automatic with a pin", 0, -1, "",
		{ AUTOMATIC("notify"), REMOTE("r", "cert-key", "pin") } },
	{ "not that remote", 0, -1, "",
		{ { "server", "", "automatic-acl", "on" }, { "zone", "", "notify", "r" },
			REMOTE("r", "address", "192.0.2.1") } },
	{ "not that server", 0, -1, "",
		{ { "zone", "", "notify", "r" }, REMOTE("r", "address", "192.0.2.1"),
			REMOTE("r", "automatic-acl", "on") } },
	{ "automatic NOTIFY is not guarded", 0, -1, "", { AUTOMATIC("master") } },

#if KNOT_VERSION_MAJOR == 3 && KNOT_VERSION_MINOR == 4
	{ "a catalog", NAMES, LOG_WARNING, "catalog zone denies SOA queries",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net"),
			{ "zone", "", "catalog-role", "1" } } },
	{ "a catalog of its own", NAMES, LOG_WARNING, "catalog zone denies SOA queries",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net"),
			{ "zone", "", "catalog-role", "2" } } },
#endif
	{ "a catalog member", NAMES, -1, "",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net"),
			{ "zone", "", "catalog-role", "3" } } },
	{ "a catalog with a rule for queries", NAMES, -1, "",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net"),
			ACL("address", "192.0.2.1"), { "zone", "", "catalog-role", "1" } } },
	{ "a catalog with a rule for any TLS client", NAMES, LOG_INFO,
		"acl allows any TLS client without this module, acl b; do: ",
		{ TLS_RULE, ACL("address", "/dance/ns2.example.net"),
			{ "zone", "", "acl", "b" }, { "acl", "b", "action", TRANSFER },
			{ "acl", "b", "protocol", TLS },
			{ "zone", "", "catalog-role", "1" } } },
	{ "a catalog without names and without a rule for transfers", 0, -1, "",
		{ { "zone", "", "acl", "a" }, ACL("action", NOTIFY),
			{ "zone", "", "catalog-role", "1" } } },
	{ "a catalog without names", 0, -1, "",
		{ TLS_RULE, ACL("address", "192.0.2.1"),
			{ "zone", "", "catalog-role", "1" } } },
};

static void put(const struct set *set)
{
	if (strcmp(set->item, "address") == 0) {
		fake_conf_address(set->section, set->id, set->item, set->value);
	} else if (strcmp(set->value, "on") == 0) {
		fake_conf_bool(set->section, set->id, set->item, true);
	} else if (set->value[0] >= '0' && set->value[0] <= '9') {
		fake_conf_option(set->section, set->id, set->item,
			(unsigned)atoi(set->value));
	} else {
		fake_conf_text(set->section, set->id, set->item, set->value);
	}
}

static struct conf_lint lint_of(knotd_mod_t *mod, unsigned way)
{
	return (struct conf_lint){
		.mod = mod,
		.instance = mod,
		.actions = ACL_BIT(ACL_TRANSFER),
		.clients = clients,
		.client_count = ROWS(clients),
		.identity_address = (way & NAMES) != 0,
		.identity_entry = way == ENTRIES,
		.leaves_to_acl = way == MIXED,
	};
}

static void each_mistake_makes_its_line_and_nothing_else_makes_any(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *row = &rows[i];
		fake_knotd_reset();
		for (const struct set *set = row->sets; set->section != NULL; set++) {
			put(set);
		}
		const struct conf_lint lint = lint_of(fake_mod_new(zone, "one"), row->way);
		conf_lint_acl(&lint);
		check_true(row->row, fake_log_count(-1, "") == (row->priority >= 0));
		check_true(row->row,
			row->priority < 0 || fake_log_count(row->priority, row->part) == 1);
		check_true(row->row, fake_conf_lists() == 0);
	}
}

/* The clients of a list have its address, and no name of their own. */
static void a_list_is_named_by_itself(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		unsigned way;
		bool fits;
	} addresses[] = {
		{ "/dance/@clients.example.net", NAMES, true },
		{ "/dance/@clients.example.net", ENTRIES, true },
		{ "/dance/@other.example.net", NAMES, false },
		{ "/dance/@other.example.net", ENTRIES, false },
		{ "/dance/@Clients.example.net", NAMES, false },
		{ "/dance/clients.example.org", NAMES, false },
		{ "/dance/ns2.example.net", NAMES, true },
	};
	for (size_t i = 0; i < ROWS(addresses); i++) {
		static const struct set rule[] = { TLS_RULE };
		fake_knotd_reset();
		for (size_t j = 0; j < ROWS(rule); j++) {
			put(&rule[j]);
		}
		fake_conf_address("acl", "a", "address", addresses[i].address);
		struct conf_lint lint = lint_of(fake_mod_new(zone, "one"),
			addresses[i].way);
		lint.clients = lists;
		lint.client_count = ROWS(lists);
		conf_lint_acl(&lint);
		check_true(addresses[i].address,
			fake_log_count(LOG_WARNING,
				addresses[i].way == ENTRIES ?
					"do: write an entry of 'client', in" :
					"do: write a name that 'client' permits, or a list "
					"in it, in lower case") == !addresses[i].fits);
		check_true(addresses[i].address,
			fake_log_count(-1, "") == !addresses[i].fits);
	}
}

static void automatic_notify_is_told_of_where_it_is_guarded(void **state)
{
	(void)state;
	static const struct set sets[] = { AUTOMATIC("master") };
	fake_knotd_reset();
	for (size_t i = 0; i < ROWS(sets); i++) {
		put(&sets[i]);
	}
	struct conf_lint lint = lint_of(fake_mod_new(zone, "one"), 0);
	lint.actions = ACL_BIT(ACL_NOTIFY);
	conf_lint_acl(&lint);
	assert_int_equal(fake_log_count(LOG_WARNING, "automatic acl allows NOTIFY without"),
		1);
}

/* By what has been read of its zone, where that is known. */
static void a_catalog_is_told_of_where_transfers_are_guarded(void **state)
{
	(void)state;
	static const struct set sets[] = { TLS_RULE,
		ACL("address", "/dance/ns2.example.net") };
	static const struct {
		const char *row;
		unsigned actions;
		bool catalog, told;
	} cases[] = {
		{ "NOTIFY", ACL_BIT(ACL_NOTIFY), true, false },
		{ "transfers", ACL_BIT(ACL_TRANSFER), true, true },
		{ "both", ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_NOTIFY), true, true },
		{ "no catalog", ACL_BIT(ACL_TRANSFER), false, false },
	};
	static const bool acl_is_first = KNOT_VERSION_MAJOR == 3 && KNOT_VERSION_MINOR == 4;
	for (size_t i = 0; i < ROWS(cases); i++) {
		fake_knotd_reset();
		for (size_t j = 0; j < ROWS(sets); j++) {
			put(&sets[j]);
		}
		const struct zone_conf known = { .catalog = cases[i].catalog };
		struct conf_lint lint = lint_of(fake_mod_new(zone, "one"), NAMES);
		lint.zone = &known;
		lint.actions = cases[i].actions;
		conf_lint_acl(&lint);
		check_true(cases[i].row,
			fake_log_count(LOG_WARNING, "catalog zone denies SOA queries") ==
				(acl_is_first && cases[i].told));
		check_true(cases[i].row,
			fake_log_count(-1, "") == (acl_is_first && cases[i].told));
	}
}

/* Of an ACL that many zones have. */
static void the_same_is_logged_once_for_all_zones_of_an_instance(void **state)
{
	(void)state;
	static const struct set sets[] = { RULE };
	fake_knotd_reset();
	for (size_t i = 0; i < ROWS(sets); i++) {
		put(&sets[i]);
	}
	struct conf_lint first = lint_of(fake_mod_new(zone, "one"), 0);
	struct conf_lint second =
		lint_of(fake_mod_new((const knot_dname_t *)"\7example\3org", "one"), 0);
	second.instance = first.instance;
	conf_lint_acl(&first);
	conf_lint_acl(&second);
	assert_int_equal(fake_log_count(LOG_WARNING, "acl a (it is not limited"), 1);
	second.instance = &second;
	conf_lint_acl(&second);
	assert_int_equal(fake_log_count(LOG_WARNING, "acl a (it is not limited"), 2);
}

static void tickets_of_other_zones_are_told_of_unless_the_module_is_global(void **state)
{
	(void)state;
	static const char advice[] = "add 'global-module: mod-dance'";
	fake_knotd_reset();
	struct conf_lint lint = lint_of(fake_mod_new(zone, "one"), 0);
	assert_true(conf_lint_tickets(&lint));
	assert_int_equal(fake_log_count(LOG_INFO, advice), 1);
	fake_log_clear();
	struct conf_lint global = lint_of(fake_mod_new(NULL, "one"), 0);
	assert_false(conf_lint_tickets(&global));
	fake_conf_text("template", "default", "global-module", "mod-stats");
	fake_conf_text("template", "other", "global-module", "\x09mod-dance");
	assert_true(conf_lint_tickets(&lint));
	fake_log_clear();
	fake_conf_text("template", "default", "global-module", "\x09mod-dance");
	assert_false(conf_lint_tickets(&lint));
	assert_false(conf_lint_tickets(&global));
	assert_int_equal(fake_log_count(-1, ""), 0);
}

static void the_acls_of_all_zones_are_not_looked_at(void **state)
{
	(void)state;
	static const struct set sets[] = { RULE };
	fake_knotd_reset();
	for (size_t i = 0; i < ROWS(sets); i++) {
		put(&sets[i]);
	}
	const struct conf_lint lint = lint_of(fake_mod_new(NULL, "one"), 0);
	conf_lint_acl(&lint);
	assert_int_equal(fake_log_count(-1, ""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_makes_its_line_and_nothing_else_makes_any),
		cmocka_unit_test(a_list_is_named_by_itself),
		cmocka_unit_test(automatic_notify_is_told_of_where_it_is_guarded),
		cmocka_unit_test(a_catalog_is_told_of_where_transfers_are_guarded),
		cmocka_unit_test(the_same_is_logged_once_for_all_zones_of_an_instance),
		cmocka_unit_test(tickets_of_other_zones_are_told_of_unless_the_module_is_global),
		cmocka_unit_test(the_acls_of_all_zones_are_not_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
