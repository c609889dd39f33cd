/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What is read of an ACL, and that nothing follows from one that there was no memory for.
 * The configuration of knotd is made up here: its rules, and the call that fails. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <knot/module.h>

#include "acl.h"
#include "check.h"

/* What a section has of an item; a reference or an option is one value. */
struct entry {
	const char *section, *id, *item;
	const char *text;
	unsigned option;
};

static const struct entry entries[] = {
	{ "zone", "", "acl", "by-key", 0 },
	{ "zone", "", "acl", "by-address", 0 },
	{ "zone", "", "acl", "by-group", 0 },
	{ "acl", "by-key", "action", NULL, ACL_TRANSFER },
	{ "acl", "by-key", "key", "shared", 0 },
	{ "acl", "by-address", "action", NULL, ACL_NOTIFY },
	{ "acl", "by-address", "address", "/dance/ns3.example.org", 0 },
	{ "acl", "by-group", "action", NULL, ACL_TRANSFER },
	{ "acl", "by-group", "remote", "group", 0 },
	{ "remotes", "group", "remote", "first", 0 },
	{ "remotes", "group", "remote", "second", 0 },
	{ "remote", "first", "address", "/run/other", 0 },
	{ "remote", "second", "address", "/dance/ns2.example.net", 0 },
};

static unsigned calls, failing; /* the call without memory, from 1; 0: none */

static knotd_conf_t find(const char *section, const char *item, const char *id)
{
	knotd_conf_t found = { .count = 0 };
	if (++calls == failing) {
		errno = ENOMEM;
		return found;
	}
	found.multi = calloc(ROWS(entries), sizeof(*found.multi));
	assert_non_null(found.multi);
	for (size_t i = 0; i < ROWS(entries); i++) {
		const struct entry *entry = &entries[i];
		if (strcmp(entry->section, section) != 0 || strcmp(entry->id, id) != 0 ||
			strcmp(entry->item, item) != 0) {
			continue;
		}
		knotd_conf_val_t *value = &found.multi[found.count++];
		if (strcmp(item, "address") == 0) {
			struct sockaddr_un *path = (struct sockaddr_un *)&value->addr;
			path->sun_family = AF_UNIX;
			strcpy(path->sun_path, entry->text);
		} else if (entry->text != NULL) {
			value->data = (const uint8_t *)entry->text;
			value->data_len = strlen(entry->text) + 1;
		} else {
			value->option = entry->option;
		}
	}
	if (found.count == 0) {
		free(found.multi);
		found.multi = NULL;
	}
	return found;
}

knotd_conf_t knotd_conf(knotd_mod_t *mod, const yp_name_t *section, const yp_name_t *item,
	const knotd_conf_t *id)
{
	(void)mod;
	if (strcmp(item + 1, "deny") == 0) {
		return (knotd_conf_t){ .count = 0 };
	}
	return find(section + 1, item + 1, (const char *)id->single.data);
}

knotd_conf_t knotd_conf_zone(knotd_mod_t *mod, const yp_name_t *item,
	const knot_dname_t *zone)
{
	(void)mod;
	(void)zone;
	return find("zone", item + 1, "");
}

void knotd_conf_free(knotd_conf_t *conf)
{
	if (conf->count > 0) {
		free(conf->multi);
	}
	conf->count = 0;
}

const knot_dname_t *knotd_mod_zone(const knotd_mod_t *mod)
{
	return (const knot_dname_t *)mod;
}

bool knotd_conf_addr_range_match(const knotd_conf_t *range,
	const struct sockaddr_storage *address)
{
	(void)range;
	(void)address;
	return false;
}

static knotd_mod_t *const module = (knotd_mod_t *)"\0";

static bool read_acl(const char *path, unsigned action, struct acl *acl)
{
	calls = 0;
	return acl_read(module, ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_NOTIFY), path,
		ACL_BIT(action), acl);
}

static const struct {
	const char *path;
	unsigned action;
	bool named;
} names[] = {
	{ "/dance/ns2.example.net", ACL_TRANSFER, true },
	{ "/dance/ns2.example.net", ACL_NOTIFY, false },
	{ "/dance/ns3.example.org", ACL_NOTIFY, true },
	{ "/dance/ns3.example.org", ACL_TRANSFER, false },
	{ "/dance/ns4.example.org", ACL_TRANSFER, false },
	{ "", ACL_TRANSFER, false },
};

static void a_path_is_named_for_the_actions_of_its_rules(void **state)
{
	(void)state;
	failing = 0;
	for (size_t i = 0; i < ROWS(names); i++) {
		struct acl acl;
		check_true(names[i].path, read_acl(names[i].path, names[i].action, &acl));
		check_true(names[i].path, acl.named == names[i].named);
		check_true(names[i].path, acl.open_rule[0] == '\0');
	}
}

static void nothing_follows_from_a_list_without_memory(void **state)
{
	(void)state;
	struct acl acl;
	failing = 0;
	assert_true(read_acl("/dance/ns2.example.net", ACL_TRANSFER, &acl));
	unsigned all = calls;
	assert_true(all > 10);
	for (failing = 1; failing <= all; failing++) {
		assert_false(read_acl("/dance/ns2.example.net", ACL_TRANSFER, &acl));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_named_for_the_actions_of_its_rules),
		cmocka_unit_test(nothing_follows_from_a_list_without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
