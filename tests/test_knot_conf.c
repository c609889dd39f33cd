/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The module's section: what its check says of it, and its values. */

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "acl.h"
#include "check.h"
#include "conf.h"
#include "fake_knotd.h"

#define NAME "ns2.example.net"

static void text(const char *item, const char *value)
{
	fake_conf_text("mod-dance", "one", item, value);
}

static void option(const char *item, unsigned value)
{
	fake_conf_option("mod-dance", "one", item, value);
}

static void boolean(const char *item, bool value)
{
	fake_conf_bool("mod-dance", "one", item, value);
}

static void resolver(const char *address, in_port_t port)
{
	knotd_conf_val_t value = { .addr_mask = -1 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&value.addr;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&value.addr;
	bool is_v4 = inet_pton(AF_INET, address, &v4->sin_addr) == 1;
	if (is_v4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
	} else {
		assert_int_equal(inet_pton(AF_INET6, address, &v6->sin6_addr), 1);
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
	}
	fake_conf_add("mod-dance", "one", "resolver", &value);
}

static void nothing(void)
{
}

static void one_client(void)
{
	text("client", NAME);
}

static void no_name(void)
{
	one_client();
	text("client", "a..b");
}

static void entry_without_address(void)
{
	one_client();
	boolean("identity-entry", true);
}

static void refuse_off_without_address(void)
{
	one_client();
	boolean("refuse", false);
}

/* Of 100 octets, the most that have room, and of 101. */
static void longest(size_t size)
{
	static char name[128];
	memset(name, 'a', sizeof(name));
	name[60] = '.';
	name[size] = '\0';
	text("client", name);
	boolean("identity-address", true);
}

static void a_list(void)
{
	text("client", "@clients.example.net");
	text("client-within", "example.net");
	text("client-within", "example.org.");
}

static void fence_without_a_list(void)
{
	one_client();
	text("client-within", "example.net");
}

static void fence_of_a_pattern(void)
{
	a_list();
	text("client-within", "*.example.net");
}

static void fence_of_a_list(void)
{
	a_list();
	text("client-within", "@example.net");
}

static void the_longest(void)
{
	longest(100);
}

static void too_long(void)
{
	longest(101);
}

static void eight_resolvers(void)
{
	one_client();
	for (unsigned i = 0; i < DANCE_FORWARDER_MAX; i++) {
		resolver("192.0.2.1", (in_port_t)(i + 1));
	}
}

static void nine_resolvers(void)
{
	eight_resolvers();
	resolver("192.0.2.1", 53);
}

static void resolver_of_no_port(void)
{
	one_client();
	resolver("2001:db8::1", 0);
}

static void resolver_of_a_path(void)
{
	one_client();
	fake_conf_address("mod-dance", "one", "resolver", "/run/resolver");
}

static void pkix_without_file(void)
{
	one_client();
	option("usage", DANCE_PKIX_EE);
}

static void file_without_pkix(void)
{
	one_client();
	text("ca-file", TEST_ROOTS);
}

static void file_for_pkix(void)
{
	one_client();
	option("usage", DANCE_DANE_EE);
	option("usage", DANCE_PKIX_TA);
	text("ca-file", TEST_ROOTS);
}

static void no_file(void)
{
	one_client();
	option("usage", DANCE_PKIX_TA);
	text("ca-file", TEST_ROOTS ".not");
}

static const struct {
	void (*make)(void);
	const char *error; /* NULL: it is fine */
} sections[] = {
	{ nothing, "'client' is missing" },
	{ one_client, NULL },
	{ no_name, "client 'a..b': a label is empty" },
	{ entry_without_address, "identity-entry requires identity-address: on" },
	{ refuse_off_without_address, "refuse: off requires identity-address: on" },
	{ a_list, NULL },
	{ fence_without_a_list,
		"client-within requires a list in client, like @clients.example.net" },
	{ fence_of_a_pattern, "client-within is not a name" },
	{ fence_of_a_list, "client-within is not a name" },
	{ the_longest, NULL },
	{ too_long, "client name too long for identity-address" },
	{ eight_resolvers, NULL },
	{ nine_resolvers, "resolver has more than 8 addresses" },
	{ resolver_of_no_port, "the port of resolver must not be 0" },
	{ resolver_of_a_path, "resolver is not an IP address" },
	{ pkix_without_file, "usage pkix-ta or pkix-ee requires ca-file" },
	{ file_without_pkix, "ca-file requires usage pkix-ta or pkix-ee" },
	{ file_for_pkix, NULL },
	{ no_file, "ca-file cannot be read" },
};

static void a_section_is_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(sections); i++) {
		const char *error;
		char row[16];
		snprintf(row, sizeof(row), "row %zu", i);
		fake_knotd_reset();
		sections[i].make();
		int ret = fake_conf_check("one", &error);
		check_true(row, (ret == KNOT_EOK) == (sections[i].error == NULL));
		check_true(row, (error == NULL) == (sections[i].error == NULL));
		if (error != NULL) {
			assert_string_equal(error, sections[i].error);
		}
		assert_int_equal(fake_conf_lists(), 0);
	}
}

static void what_there_is_no_memory_for_is_not_read(void **state)
{
	(void)state;
	struct conf conf;
	fake_knotd_reset();
	a_list();
	resolver("192.0.2.1", 53);
	fake_conf_fail_at(0);
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_EOK);
	conf_clear(&conf);
	unsigned all = fake_conf_calls();
	assert_int_equal(all, 5);
	for (unsigned n = 1; n <= all; n++) {
		fake_conf_fail_at(n);
		assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_ENOMEM);
		assert_int_equal(conf.client_count, 0);
		conf_clear(&conf);
		assert_int_equal(fake_conf_lists(), 0);
	}
}

/* The check does not let it come to this either. */
static void so_many_resolvers_are_read(void **state)
{
	(void)state;
	struct conf conf;
	fake_knotd_reset();
	nine_resolvers();
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_EOK);
	for (unsigned i = 0; i < DANCE_FORWARDER_MAX; i++) {
		char wanted[32];
		snprintf(wanted, sizeof(wanted), "192.0.2.1@%u", i + 1);
		assert_string_equal(conf.context.forwarders[i], wanted);
	}
	assert_string_equal(conf.clients[0], NAME);
	assert_null(conf.context.log);
	conf_clear(&conf);
	assert_int_equal(fake_conf_lists(), 0);
}

static void the_fence_of_lists_is_read(void **state)
{
	(void)state;
	struct conf conf;
	fake_knotd_reset();
	a_list();
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_EOK);
	assert_int_equal(conf.options.within_count, 2);
	assert_string_equal(conf.options.within[0], "example.net");
	assert_string_equal(conf.options.within[1], "example.org.");
	conf_clear(&conf);
}

static void what_is_not_set_has_the_defaults_of_the_manual(void **state)
{
	(void)state;
	struct conf conf;
	fake_knotd_reset();
	one_client();
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_EOK);
	assert_true(conf.has_section);
	assert_int_equal(conf.client_count, 1);
	assert_string_equal(conf.clients[0], NAME);
	assert_int_equal(conf.actions, ACL_BIT(ACL_TRANSFER));
	assert_int_equal(conf.options.usages, DANCE_DANE_EE | DANCE_DANE_TA);
	assert_int_equal(conf.options.timeout_ms, 500);
	assert_int_equal(conf.options.max_stale_s, 0);
	assert_int_equal(conf.context.lookups_per_second, 100);
	assert_int_equal(conf.context.lookups_in_flight, 64);
	assert_int_equal(conf.context.remembered, 4096);
	assert_false(conf.identity_address);
	assert_false(conf.identity_entry);
	assert_true(conf.refuse);
	assert_null(conf.ca_file);
	assert_null(conf.context.trust_anchor);
	assert_null(conf.context.root_hints);
	assert_null(conf.context.forwarders[0]);
	conf_clear(&conf);
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, NULL)), KNOT_EOK);
	assert_false(conf.has_section);
	conf_clear(&conf);
}

/* The check does not let it come to this. */
static void without_an_address_for_names_the_module_refuses(void **state)
{
	(void)state;
	struct conf conf;
	fake_knotd_reset();
	refuse_off_without_address();
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_EOK);
	assert_true(conf.refuse);
	conf_clear(&conf);
}

static void what_is_set_is_read(void **state)
{
	(void)state;
	struct conf conf;
	const knotd_conf_val_t timeout = { .integer = 70 }, stale = { .integer = 3600 };
	const knotd_conf_val_t per_second = { .integer = 1000 },
			       in_flight = { .integer = 512 };
	const knotd_conf_val_t remember = { .integer = 200000 };
	fake_knotd_reset();
	file_for_pkix();
	text("client", "*.example.org");
	option("action", ACL_NOTIFY);
	option("action", ACL_UPDATE);
	boolean("identity-address", true);
	boolean("identity-entry", true);
	boolean("refuse", false);
	text("trust-anchor", "/some/root.key");
	text("root-hints", "/some/root.hints");
	fake_conf_add("mod-dance", "one", "timeout", &timeout);
	fake_conf_add("mod-dance", "one", "max-stale", &stale);
	fake_conf_add("mod-dance", "one", "lookups-per-second", &per_second);
	fake_conf_add("mod-dance", "one", "lookups-in-flight", &in_flight);
	fake_conf_add("mod-dance", "one", "remember", &remember);
	resolver("192.0.2.1", 53);
	resolver("2001:db8::1", 5353);
	assert_int_equal(conf_read(&conf, fake_mod_new(NULL, "one")), KNOT_EOK);
	assert_int_equal(conf.client_count, 2);
	assert_string_equal(conf.clients[1], "*.example.org");
	assert_int_equal(conf.actions, ACL_BIT(ACL_NOTIFY) | ACL_BIT(ACL_UPDATE));
	assert_int_equal(conf.options.usages, DANCE_DANE_EE | DANCE_PKIX_TA);
	assert_int_equal(conf.options.timeout_ms, 70);
	assert_int_equal(conf.options.max_stale_s, 3600);
	assert_int_equal(conf.context.lookups_per_second, 1000);
	assert_int_equal(conf.context.lookups_in_flight, 512);
	assert_int_equal(conf.context.remembered, 200000);
	assert_int_equal(conf.context.lookups_queued, 0);
	assert_true(conf.identity_address);
	assert_true(conf.identity_entry);
	assert_false(conf.refuse);
	assert_string_equal(conf.ca_file, TEST_ROOTS);
	assert_string_equal(conf.context.trust_anchor, "/some/root.key");
	assert_string_equal(conf.context.root_hints, "/some/root.hints");
	assert_string_equal(conf.context.forwarders[0], "192.0.2.1@53");
	assert_string_equal(conf.context.forwarders[1], "2001:db8::1@5353");
	assert_null(conf.context.forwarders[2]);
	conf_clear(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_section_is_checked),
		cmocka_unit_test(what_there_is_no_memory_for_is_not_read),
		cmocka_unit_test(so_many_resolvers_are_read),
		cmocka_unit_test(the_fence_of_lists_is_read),
		cmocka_unit_test(what_is_not_set_has_the_defaults_of_the_manual),
		cmocka_unit_test(without_an_address_for_names_the_module_refuses),
		cmocka_unit_test(what_is_set_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
