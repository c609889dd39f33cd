/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-roll.conf: values, defaults and mistakes. */

#include "../check.h"

#include <string.h>

#include "roll_conf.h"

#define HOOK "    publish: hook\n    hook: /bin/hook\n"
#define KEY "key:\n  - id: a\n    name: a.example\n    key-file: /a.key\n"

static void test_values_and_defaults(void **state)
{
	(void)state;
	char text[] =
		"roll:\n"
		"    state: /run/state\n"
		"dns:\n"
		"    trust-anchor: /root.key\n"
		"    root-hints: /root.hints\n"
		"    resolver: [ 192.0.2.1, ::1@5353 ]\n"
		"key:\n"
		"  - id: one\n"
		"    name: [ _XFR-client.ns2.Example.net., _853._tcp.ns2.example.net ]\n"
		"    key-file: /etc/knot/key.pem\n"
		"    cert-file: /etc/knot/key.pem\n"
		"    algorithm: rsa-3072\n"
		"    every: 8w\n"
		"    keep: 90m\n"
		"    ttl: 1d\n"
		"    publish: update\n"
		"    server: 192.0.2.53@5300\n"
		"    tsig-file: /etc/dance/tsig\n"
		"    update: knsupdate\n"
		"    reload: \"systemctl reload knot\"\n"
		"  - id: two\n"
		"    name: b.example\n"
		"    key-file: /b.key\n"
		"    publish: knotc\n"
		"key:\n"
		"  - id: three\n"
		"    name: c.example\n"
		"    key-file: /c.key\n" HOOK;
	struct roll_conf conf;
	char why[ROLL_TEXT_ERROR_SIZE] = "";
	bool read = roll_conf_parse(&conf, "file", text, why);
	assert_string_equal(why, "");
	assert_true(read);
	assert_string_equal(conf.state, "/run/state");
	assert_string_equal(conf.trust_anchor, "/root.key");
	assert_string_equal(conf.root_hints, "/root.hints");
	assert_string_equal(conf.forwarders[0], "192.0.2.1");
	assert_string_equal(conf.forwarders[1], "::1@5353");
	assert_null(conf.forwarders[2]);
	assert_int_equal(conf.key_count, 3);
	const struct roll_key *key = &conf.keys[0];
	assert_string_equal(key->id, "one");
	assert_int_equal(key->name_count, 2);
	assert_string_equal(key->names[0], "_xfr-client.ns2.example.net");
	assert_string_equal(key->names[1], "_853._tcp.ns2.example.net");
	assert_string_equal(key->cert_file, "/etc/knot/key.pem");
	assert_int_equal(key->algorithm, ROLL_RSA_3072);
	assert_int_equal(key->every_s, 8 * 7 * 86400);
	assert_int_equal(key->keep_s, 5400);
	assert_int_equal(key->ttl, 86400);
	assert_int_equal(key->way, ROLL_UPDATE);
	assert_string_equal(key->update, "knsupdate");
	assert_string_equal(key->reload, "systemctl reload knot");
	key = &conf.keys[1];
	assert_null(key->cert_file);
	assert_int_equal(key->algorithm, ROLL_ECDSA_P256);
	assert_int_equal(key->every_s, 90 * 86400);
	assert_int_equal(key->keep_s, 3600);
	assert_int_equal(key->ttl, 3600);
	assert_int_equal(key->way, ROLL_KNOTC);
	assert_string_equal(key->knotc, "knotc");
	assert_null(key->reload);
	assert_int_equal(conf.keys[2].way, ROLL_HOOK);
	assert_string_equal(conf.keys[2].update, "nsupdate");
	roll_conf_clear(&conf);
}

static void test_mistakes_are_named_with_their_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "f: there is no section 'key'" },
		{ "roll:\n", "f: there is no section 'key'" },
		{ "keys:\n", "f:1: there is no section 'keys'" },
		{ "  state: /x\n", "f:1: 'state' stands in no section" },
		{ "key:\n    name: a.example\n",
			"f:2: 'name' precedes 'id': each key must begin with '- id'" },
		{ "key:\n  - name: a.example\n",
			"f:2: '- name' is in the wrong place: each key must begin with '- id'" },
		{ "dns:\n  - id: a\n",
			"f:2: '- id' is in the wrong place: each key must begin with '- id'" },
		{ "key:\n  - id: a.b\n",
			"f:2: key 'a.b': an id has at most 63 letters, digits, underscores and hyphens" },
		{ "key:\n  - id: a\n    nam: b\n", "f:3: section 'key' has no item 'nam'" },
		{ "roll:\n  state: x\n", "f:2: 'state' is 'x', must be an absolute path" },
		{ "roll:\n  state: /x\nroll:\n  state: /y\n",
			"f:4: 'state' may be given only once" },
		{ "dns:\n  resolver: a\n",
			"f:2: 'resolver' is 'a', must be an IPv4 or IPv6 address" },
		{ "key:\n  - id: a\n    name: a..b\n",
			"f:3: 'name' is 'a..b', a label is empty" },
		{ KEY, "f:2: key a: 'publish' is missing" },
		{ KEY "    every: 3x\n",
			"f:5: 'every' is '3x', must be a time such as 3600, 90m, 12h, 90d or 8w" },
		{ KEY "    every: d\n",
			"f:5: 'every' is 'd', must be a time such as 3600, 90m, 12h, 90d or 8w" },
		{ KEY "    every: 99999999999\n",
			"f:5: 'every' is '99999999999', must be a time such as 3600, 90m, 12h, 90d or 8w" },
		{ KEY "    keep: 9999999d\n",
			"f:5: 'keep' is '9999999d', must be a time such as 3600, 90m, 12h, 90d or 8w" },
		{ KEY "    keep: [ 1, 2 ]\n", "f:5: 'keep' takes one value" },
		{ KEY "    algorithm: dsa\n",
			"f:5: 'algorithm' is 'dsa', must be ecdsa-p256, ed25519 or rsa-3072" },
		{ KEY "    publish: mail\n",
			"f:5: 'publish' is 'mail', must be update, knotc or hook" },
		{ KEY "    publish: update\n    tsig-file: /t\n",
			"f:2: key a: 'server' is missing, which 'publish: update' requires" },
		{ KEY "    publish: update\n    server: 192.0.2.1\n",
			"f:2: key a: 'tsig-file' is missing, which 'publish: update' requires" },
		{ KEY "    publish: hook\n",
			"f:2: key a: 'hook' is missing, which 'publish: hook' requires" },
		{ KEY HOOK "    server: 192.0.2.1\n",
			"f:2: key a: 'server' has no effect with 'publish: hook'" },
		{ KEY HOOK "    reload: \"  \"\n", "f:7: 'reload' must be a command" },
		{ KEY HOOK "  - id: a\n    name: b.example\n    key-file: /b\n" HOOK,
			"f:7: key a: duplicate id" },
		{ KEY HOOK "  - id: b\n    name: b.example\n    key-file: /a.key\n" HOOK,
			"f:7: key b: key a has the same 'key-file'; give one key all its names" },
		{ KEY HOOK "\tx", "f:7: tabs are not allowed, use blanks" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[512], why[ROLL_TEXT_ERROR_SIZE] = "";
		struct roll_conf conf;
		strcpy(text, rows[i].text);
		assert_false(roll_conf_parse(&conf, "f", text, why));
		assert_string_equal(why, rows[i].why);
		roll_conf_clear(&conf);
	}
}

static void test_a_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	struct roll_conf conf;
	char why[ROLL_TEXT_ERROR_SIZE];
	assert_false(roll_conf_read(&conf, "/nowhere/dance-roll.conf", why));
	assert_string_equal(why,
		"/nowhere/dance-roll.conf: cannot be read: No such file or directory");
	roll_conf_clear(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_and_defaults),
		cmocka_unit_test(test_mistakes_are_named_with_their_line),
		cmocka_unit_test(test_a_file_that_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
