/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What is read of an ACL, and that nothing follows from one that there was no memory for. */

#include <stdio.h>
#include <string.h>

#include "acl.h"
#include "check.h"
#include "fake_knotd.h"

static const knot_dname_t zone[] = "\7example\3com";
static knotd_mod_t *mod;

static void rule(const char *id, unsigned action)
{
	fake_conf_text("zone", "", "acl", id);
	if (action != 0) {
		fake_conf_option("acl", id, "action", action);
	}
}

/* A rule by key, one for a name, and one for a group of remotes. */
static int begin(void **state)
{
	(void)state;
	fake_knotd_reset();
	mod = fake_mod_new(zone, "one");
	rule("by-key", ACL_TRANSFER);
	fake_conf_text("acl", "by-key", "key", "shared");
	rule("by-address", ACL_NOTIFY);
	fake_conf_address("acl", "by-address", "address", "/dance/ns3.example.org");
	fake_conf_address("acl", "by-address", "address", "/");
	rule("by-group", ACL_TRANSFER);
	fake_conf_text("acl", "by-group", "remote", "group");
	fake_conf_text("remotes", "group", "remote", "first");
	fake_conf_text("remotes", "group", "remote", "second");
	fake_conf_address("remote", "first", "address", "/run/other");
	fake_conf_address("remote", "second", "address", "/dance/ns2.example.net");
	return 0;
}

static bool read_acl(const char *path, unsigned action, struct acl *acl)
{
	memset(acl, 0xa5, sizeof(*acl));
	bool read = acl_read(mod, ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_NOTIFY), path,
		ACL_BIT(action), acl);
	assert_int_equal(fake_conf_lists(), 0);
	return read;
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
	{ "/dance/ns3.example.org", 0, false },
	{ "/", ACL_NOTIFY, true },
	{ "", ACL_TRANSFER, false },
};

static void a_path_is_named_for_the_actions_of_its_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(names); i++) {
		struct acl acl;
		check_true(names[i].path, read_acl(names[i].path, names[i].action, &acl));
		check_true(names[i].path, acl.named == names[i].named);
		check_true(names[i].path, acl.open_rule[0] == '\0');
	}
}

/* Whatever the octets of its port and address spell. */
static void an_internet_address_is_no_path(void **state)
{
	(void)state;
	struct acl acl;
	fake_conf_address("acl", "by-address", "address", "98.0.0.1@12129"); /* "/ab" */
	assert_true(read_acl("/ab", ACL_NOTIFY, &acl));
	assert_false(acl.named);
	fake_conf_address("acl", "by-address", "address", "/ab");
	assert_true(read_acl("/ab", ACL_NOTIFY, &acl));
	assert_true(acl.named);
}

static void a_rule_that_denies_names_a_path_as_well(void **state)
{
	(void)state;
	struct acl acl;
	rule("denied", 0); /* every action */
	fake_conf_bool("acl", "denied", "deny", true);
	fake_conf_address("acl", "denied", "address", "/dance/ns4.example.org");
	for (unsigned action = 0; action <= ACL_UPDATE; action++) {
		assert_true(read_acl("/dance/ns4.example.org", action, &acl));
		assert_true(acl.named == (action >= ACL_NOTIFY));
	}
}

/* What a rule asks of its clients; an eighth of all addresses is too much to be asking. */
static const struct {
	const char *item, *value;
	bool open;
} conditions[] = {
	{ NULL, NULL, true },
	{ "key", "shared", false },
	{ "cert-key", "pin", false },
	{ "remote", "first", false },
	{ "address", "/dance/ns2.example.net", false },
	{ "address", "192.0.2.1", false },
	{ "address", "192.0.2.0/24", false },
	{ "address", "10.0.0.0/8", false },
	{ "address", "0.0.0.0/0", true },
	{ "address", "0.0.0.0/1", true },
	{ "address", "128.0.0.0/3", true },
	{ "address", "128.0.0.0/5", false },
	{ "address", "::/0", true },
	{ "address", "2000::/3", true },
	{ "address", "2000::/6", true },
	{ "address", "2001:db8::/32", false },
#if KNOT_VERSION_MAJOR > 3 || KNOT_VERSION_MINOR >= 5
	{ "cert-hostname", "ns2.example.net", false },
#endif
};

static void a_rule_that_asks_nothing_of_a_client_is_open(void **state)
{
	for (size_t i = 0; i < ROWS(conditions); i++) {
		struct acl acl;
		const char *item = conditions[i].item, *value = conditions[i].value;
		begin(state);
		rule("last", ACL_NOTIFY);
		if (item != NULL && strcmp(item, "address") == 0) {
			fake_conf_address("acl", "last", item, value);
		} else if (item != NULL) {
			fake_conf_text("acl", "last", item, value);
		}
		assert_true(read_acl("", ACL_TRANSFER, &acl));
		check_true(value != NULL ? value : "nothing",
			(strcmp(acl.open_rule, "last") == 0) == conditions[i].open);
	}
}

/* The clients of which two must be found: all octets of the n-th, from 0. */
static void write_client(char *text, size_t size, bool v6, unsigned n)
{
	unsigned octets[16];
	for (unsigned i = 0; i < ROWS(octets); i++) {
		octets[i] = (2 + 14 * n + 37 * i) % 256;
	}
	if (v6) {
		octets[0] = 0x20 + 2 * n;
		for (unsigned i = 0; i < ROWS(octets); i += 2) {
			snprintf(text + 5 * i / 2, size - 5 * i / 2, "%02x%02x%s",
				octets[i], octets[i + 1], i < 14 ? ":" : "");
		}
	} else {
		snprintf(text, size, "%u.%u.%u.%u", octets[0], octets[1], octets[2],
			octets[3]);
	}
}

static void two_of_sixteen_clients_are_too_many(void **state)
{
	for (int v6 = 0; v6 < 2; v6++) {
		for (unsigned n = 0; n < 17; n++) {
			char one[64], another[64];
			struct acl acl;
			begin(state);
			rule("two", ACL_TRANSFER);
			write_client(one, sizeof(one), v6, n);
			write_client(another, sizeof(another), v6, n + 1);
			fake_conf_address("acl", "two", "address", one);
			assert_true(read_acl("", ACL_TRANSFER, &acl));
			check_true(one, acl.open_rule[0] == '\0');
			/* Behind the sixteenth there is none. */
			fake_conf_address("acl", "two", "address", another);
			assert_true(read_acl("", ACL_TRANSFER, &acl));
			check_true(another, (acl.open_rule[0] != '\0') == (n < 15));
		}
	}
}

static void two_sixteenths_are_an_eighth(void **state)
{
	(void)state;
	struct acl acl;
	rule("parts", ACL_TRANSFER);
	fake_conf_address("acl", "parts", "address", "0.0.0.0/4");
	assert_true(read_acl("", ACL_TRANSFER, &acl));
	assert_string_equal(acl.open_rule, "");
	fake_conf_address("acl", "parts", "address", "128.0.0.0/4");
	assert_true(read_acl("", ACL_TRANSFER, &acl));
	assert_string_equal(acl.open_rule, "parts");
}

static void what_is_denied_or_not_guarded_is_not_open(void **state)
{
	(void)state;
	struct acl acl;
	rule("denied", ACL_TRANSFER);
	fake_conf_bool("acl", "denied", "deny", true);
	rule("update", ACL_UPDATE);
	rule("nothing", 0);
	assert_true(read_acl("", ACL_TRANSFER, &acl));
	assert_string_equal(acl.open_rule, "");
	rule("o", ACL_TRANSFER);
	rule("open-too", ACL_TRANSFER);
	assert_true(read_acl("", ACL_TRANSFER, &acl));
	assert_string_equal(acl.open_rule, "o");
}

static void nothing_follows_from_a_list_without_memory(void **state)
{
	(void)state;
	struct acl acl;
	fake_conf_fail_at(0);
	assert_true(read_acl("/dance/ns2.example.net", ACL_TRANSFER, &acl));
	unsigned all = fake_conf_calls();
	assert_true(all > 10);
	for (unsigned n = 1; n <= all; n++) {
		fake_conf_fail_at(n);
		assert_false(read_acl("/dance/ns2.example.net", ACL_TRANSFER, &acl));
	}
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_path_is_named_for_the_actions_of_its_rules),
		ONE(an_internet_address_is_no_path),
		ONE(a_rule_that_denies_names_a_path_as_well),
		ONE(a_rule_that_asks_nothing_of_a_client_is_open),
		ONE(two_of_sixteen_clients_are_too_many),
		ONE(two_sixteenths_are_an_eighth),
		ONE(what_is_denied_or_not_guarded_is_not_open),
		ONE(nothing_follows_from_a_list_without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
