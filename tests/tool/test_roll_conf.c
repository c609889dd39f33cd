/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-roll.conf: values, defaults and mistakes. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "roll_conf.h"

/* The allocation that fails, from 1; 0: none does. */
static unsigned fail_at;

static bool fails(void)
{
	return fail_at != 0 && --fail_at == 0;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__real_strndup(const char *text, size_t size);
char *__wrap_strndup(const char *text, size_t size);
char *__wrap_strndup(const char *text, size_t size)
{
	return fails() ? NULL : __real_strndup(text, size);
}

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
		"    key-file: /c.key\n" HOOK "  - id: four\n"
		"    name: d.example\n"
		"    key-file: /d.key\n"
		"    algorithm: ed25519\n"
		"    publish: knotc\n"
		"    knotc: \"knotc -s /run/knot.sock\"\n"
		"  - id: five\n"
		"    name: e.example\n"
		"    key-file: /e.key\n"
		"    algorithm: ecdsa-p256\n"
		"    publish: update\n"
		"    server: ::1\n"
		"    tsig-file: /tsig\n";
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
	assert_int_equal(conf.key_count, 5);
	const struct roll_key *key = &conf.keys[0];
	assert_string_equal(key->id, "one");
	assert_int_equal(key->name_count, 2);
	assert_string_equal(key->names[0], "_xfr-client.ns2.example.net");
	assert_string_equal(key->names[1], "_853._tcp.ns2.example.net");
	assert_string_equal(key->key_file, "/etc/knot/key.pem");
	assert_string_equal(key->cert_file, "/etc/knot/key.pem");
	assert_string_equal(key->server, "192.0.2.53@5300");
	assert_string_equal(key->tsig_file, "/etc/dance/tsig");
	assert_string_equal(key->knotc, "knotc");
	assert_null(key->hook);
	assert_int_equal(key->line, 8);
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
	assert_null(key->server);
	assert_null(key->tsig_file);
	assert_int_equal(key->name_count, 1);
	assert_int_equal(key->line, 21);
	key = &conf.keys[2];
	assert_string_equal(key->id, "three");
	assert_int_equal(key->way, ROLL_HOOK);
	assert_string_equal(key->update, "nsupdate");
	assert_string_equal(key->hook, "/bin/hook");
	key = &conf.keys[3];
	assert_int_equal(key->algorithm, ROLL_ED25519);
	assert_string_equal(key->knotc, "knotc -s /run/knot.sock");
	key = &conf.keys[4];
	assert_int_equal(key->algorithm, ROLL_ECDSA_P256);
	assert_int_equal(key->way, ROLL_UPDATE);
	assert_string_equal(key->update, "nsupdate");
	assert_string_equal(key->knotc, "knotc");
	roll_conf_clear(&conf);
}

static void refuse(const char *said, const char *expected)
{
	char text[512], why[ROLL_TEXT_ERROR_SIZE] = "";
	struct roll_conf conf;
	assert_true(strlen(said) < sizeof(text));
	strcpy(text, said);
	assert_false(roll_conf_parse(&conf, "f", text, why));
	assert_string_equal(why, expected);
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
		{ KEY HOOK "    tsig-file: /t\n",
			"f:2: key a: 'tsig-file' has no effect with 'publish: hook'" },
		{ KEY HOOK "    update: nsupdate\n",
			"f:2: key a: 'update' has no effect with 'publish: hook'" },
		{ KEY HOOK "    knotc: knotc\n",
			"f:2: key a: 'knotc' has no effect with 'publish: hook'" },
		{ KEY "    publish: knotc\n    update: nsupdate\n",
			"f:2: key a: 'update' has no effect with 'publish: knotc'" },
		{ KEY "    publish: knotc\n    hook: /bin/hook\n",
			"f:2: key a: 'hook' has no effect with 'publish: knotc'" },
		{ KEY "    publish: update\n    server: ::1\n    tsig-file: /t\n    knotc: k\n",
			"f:2: key a: 'knotc' has no effect with 'publish: update'" },
		{ KEY "roll:\n" HOOK, "f:2: key a: 'publish' is missing" },
		{ KEY "  - id: b\n", "f:2: key a: 'publish' is missing" },
		{ "key:\n  - id: a\n    key-file: /a.key\n" HOOK,
			"f:2: key a: 'name' is missing" },
		{ "key:\n  - id: a\n    name: a.example\n" HOOK,
			"f:2: key a: 'key-file' is missing" },
		{ KEY "    publish: update\n    server: localhost\n",
			"f:6: 'server' is 'localhost', must be an IPv4 or IPv6 address" },
		{ KEY "    server: [ 192.0.2.1, 192.0.2.2 ]\n",
			"f:5: 'server' takes one value" },
		{ KEY "    id: b\n", "f:5: 'id' may be given only once" },
		{ KEY "    name: b.example\n", "f:5: 'name' may be given only once" },
		{ "dns:\n  root-hints: /x\nroll:\n  state: /y\ndns:\n  root-hints: /x\n",
			"f:6: 'root-hints' may be given only once" },
		{ "roll:\n  states: /x\n", "f:2: section 'roll' has no item 'states'" },
		{ "dns:\n  resolver: [ 192.0.2.1, ::1, 1 ]\n",
			"f:2: 'resolver' is '1', must be an IPv4 or IPv6 address" },
		{ KEY HOOK "    reload: [ a, b ]\n", "f:7: 'reload' takes one value" },
		{ KEY HOOK "    reload: \"  \"\n", "f:7: 'reload' must be a command" },
		{ KEY HOOK "  - id: a\n    name: b.example\n    key-file: /b\n" HOOK,
			"f:7: key a: duplicate id" },
		{ KEY HOOK "  - id: b\n    name: b.example\n    key-file: /a.key\n" HOOK,
			"f:7: key b: key a has the same 'key-file'; give one key all its names" },
		{ KEY HOOK "\tx", "f:7: tabs are not allowed, use blanks" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		refuse(rows[i].text, rows[i].why);
	}
}

static void test_times_have_a_unit_and_an_end(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t seconds; /* -1: it is none */
	} rows[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "1s", 1 },
		{ "1m", 60 },
		{ "1h", 3600 },
		{ "1d", 86400 },
		{ "1w", 604800 },
		{ "0w", 0 },
		{ "2147483647", INT32_MAX },
		{ "2147483647s", INT32_MAX },
		{ "2147483648", -1 },
		{ "35791394m", 35791394 * 60 },
		{ "35791395m", -1 },
		{ "3550w", 3550 * 604800 },
		{ "3551w", -1 },
		{ "00000000000000000000000000007", 7 },
		{ "4294967297", -1 },
		{ "18446744073709551617", -1 },
		{ "99999999999999999999999999999", -1 },
		{ "s", -1 },
		{ "1S", -1 },
		{ "1ms", -1 },
		{ "1hh", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ "1.5h", -1 },
		{ "1h30m", -1 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[512], why[ROLL_TEXT_ERROR_SIZE];
		struct roll_conf conf;
		snprintf(text, sizeof(text), KEY HOOK "    keep: %s\n", rows[i].text);
		bool read = roll_conf_parse(&conf, "f", text, why);
		check_true(rows[i].text, read == (rows[i].seconds >= 0));
		if (read) {
			check_true(rows[i].text,
				conf.keys[0].keep_s == (unsigned)rows[i].seconds);
			check_true(rows[i].text, conf.keys[0].every_s == 90 * 86400);
		}
		roll_conf_clear(&conf);
	}
}

/* "ITEM: [ value0, value1, ... ]" */
static void put_list(char *text, size_t size, const char *item, const char *value,
	unsigned count)
{
	size_t used = (size_t)snprintf(text, size, "    %s: [ ", item);
	for (unsigned i = 0; i < count; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s%u",
			i > 0 ? ", " : "", value, i);
	}
	snprintf(text + used, size - used, " ]\n");
}

static void test_a_key_has_eight_names_at_most(void **state)
{
	(void)state;
	char list[256], text[512], why[ROLL_TEXT_ERROR_SIZE];
	struct roll_conf conf;
	put_list(list, sizeof(list), "name", "N", 8);
	snprintf(text, sizeof(text), "key:\n  - id: a\n    key-file: /a.key\n%s" HOOK,
		list);
	assert_true(roll_conf_parse(&conf, "f", text, why));
	assert_int_equal(conf.keys[0].name_count, 8);
	assert_string_equal(conf.keys[0].names[0], "n0");
	assert_string_equal(conf.keys[0].names[7], "n7");
	roll_conf_clear(&conf);
	put_list(list, sizeof(list), "name", "n", 9);
	snprintf(text, sizeof(text), "key:\n  - id: a\n%s", list);
	refuse(text, "f:3: 'name' has more than 8 names");
}

static void test_there_are_eight_resolvers_at_most(void **state)
{
	(void)state;
	char list[256], text[512], why[ROLL_TEXT_ERROR_SIZE];
	struct roll_conf conf;
	put_list(list, sizeof(list), "resolver", "::", 8);
	snprintf(text, sizeof(text), "dns:\n%s" KEY HOOK, list);
	assert_true(roll_conf_parse(&conf, "f", text, why));
	assert_string_equal(conf.forwarders[0], "::0");
	assert_string_equal(conf.forwarders[7], "::7");
	roll_conf_clear(&conf);
	put_list(list, sizeof(list), "resolver", "::", 9);
	snprintf(text, sizeof(text), "dns:\n%s", list);
	refuse(text, "f:2: 'resolver' has more than 8 addresses");
}

static void test_an_id_has_63_characters_at_most(void **state)
{
	(void)state;
	static const char id[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	char text[512], why[ROLL_TEXT_ERROR_SIZE];
	struct roll_conf conf;
	assert_int_equal(strlen(id), 63);
	snprintf(text, sizeof(text),
		"key:\n  - id: %s\n    name: a\n    key-file: /a\n" HOOK, id);
	assert_true(roll_conf_parse(&conf, "f", text, why));
	assert_string_equal(conf.keys[0].id, id);
	roll_conf_clear(&conf);
	snprintf(text, sizeof(text), "key:\n  - id: %s-\n", id);
	refuse(text,
		"f:2: key 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-': "
		"an id has at most 63 letters, digits, underscores and hyphens");
}

static void test_there_are_256_keys_at_most(void **state)
{
	(void)state;
	static char text[40000], copy[40000];
	char why[ROLL_TEXT_ERROR_SIZE];
	struct roll_conf conf;
	size_t used = (size_t)snprintf(text, sizeof(text), "key:\n");
	for (unsigned i = 0; i < 256; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"  - id: k%u\n    name: n\n    key-file: /k%u\n" HOOK, i, i);
	}
	memcpy(copy, text, sizeof(copy));
	assert_true(roll_conf_parse(&conf, "f", copy, why));
	assert_int_equal(conf.key_count, 256);
	assert_string_equal(conf.keys[255].id, "k255");
	roll_conf_clear(&conf);
	snprintf(text + used, sizeof(text) - used, "  - id: more\n");
	assert_false(roll_conf_parse(&conf, "f", text, why));
	assert_string_equal(why, "f:1282: more than 256 keys");
	roll_conf_clear(&conf);
}

/* A name of a file and a value may be long, and may have any octets. */
static void test_a_mistake_is_one_printable_line(void **state)
{
	(void)state;
	char file[301], value[301], expected[ROLL_TEXT_ERROR_SIZE], text[512];
	char why[ROLL_TEXT_ERROR_SIZE];
	struct roll_conf conf;
	memset(file, '\n', sizeof(file));
	memset(value, 'v', sizeof(value));
	file[300] = value[300] = '\0';
	snprintf(text, sizeof(text), "roll:\n  state: %s\n", value);
	assert_false(roll_conf_parse(&conf, file, text, why));
	memset(file, '?', 200);
	snprintf(expected, sizeof(expected),
		"%.200s:2: 'state' is '%.80s', must be an absolute path", file, value);
	assert_string_equal(why, expected);
	roll_conf_clear(&conf);
}

/* Where a line asks for memory, it is named. */
static void test_every_allocation_may_fail(void **state)
{
	(void)state;
	static const char *const failed[] = { "f: ", "f:2: ", "f:2: ", "f:3: ", "f:5: ",
		"f:6: ", "f:7: ", "f:9: ", "f: ", "f: ", "f: " };
	for (unsigned at = 1; at <= ROWS(failed) + 1; at++) {
		char text[] =
			"dns:\n  resolver: [ 192.0.2.1, ::1 ]\n  root-hints: /h\n" KEY HOOK;
		char why[ROLL_TEXT_ERROR_SIZE], expected[ROLL_TEXT_ERROR_SIZE];
		struct roll_conf conf;
		fail_at = at;
		bool read = roll_conf_parse(&conf, "f", text, why);
		if (at <= ROWS(failed)) {
			snprintf(expected, sizeof(expected), "%sout of memory",
				failed[at - 1]);
			assert_false(read);
			assert_string_equal(why, expected);
		} else {
			assert_true(read);
		}
		fail_at = 0;
		roll_conf_clear(&conf);
	}
}

/* A file of its own with these octets. */
static void write_file(char path[64], const char *octets, size_t size)
{
	strcpy(path, "/tmp/dance-roll-conf-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, octets, size), size);
	close(fd);
}

static void test_a_file_is_read(void **state)
{
	(void)state;
	static const char text[] = KEY HOOK;
	char path[64], why[ROLL_TEXT_ERROR_SIZE], expected[ROLL_TEXT_ERROR_SIZE];
	struct roll_conf conf;
	write_file(path, text, sizeof(text) - 1);
	assert_true(roll_conf_read(&conf, path, why));
	assert_string_equal(why, "");
	assert_string_equal(conf.keys[0].hook, "/bin/hook");
	assert_string_equal(conf.state, "/var/lib/dance-roll");
	roll_conf_clear(&conf);
	assert_null(conf.keys);

	fail_at = 1;
	assert_false(roll_conf_read(&conf, path, why));
	snprintf(expected, sizeof(expected), "%s: out of memory", path);
	assert_string_equal(why, expected);
	roll_conf_clear(&conf);
	unlink(path);

	write_file(path, text, sizeof(text)); /* with its NUL */
	assert_false(roll_conf_read(&conf, path, why));
	snprintf(expected, sizeof(expected), "%s: it is not a text", path);
	assert_string_equal(why, expected);
	roll_conf_clear(&conf);
	unlink(path);
}

static void test_a_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	struct roll_conf conf;
	char why[ROLL_TEXT_ERROR_SIZE];
	assert_false(roll_conf_read(&conf, "/nowhere/dance-\033roll.conf", why));
	assert_string_equal(why,
		"/nowhere/dance-?roll.conf: cannot be read: No such file or directory");
	roll_conf_clear(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_and_defaults),
		cmocka_unit_test(test_mistakes_are_named_with_their_line),
		cmocka_unit_test(test_times_have_a_unit_and_an_end),
		cmocka_unit_test(test_a_key_has_eight_names_at_most),
		cmocka_unit_test(test_there_are_eight_resolvers_at_most),
		cmocka_unit_test(test_an_id_has_63_characters_at_most),
		cmocka_unit_test(test_there_are_256_keys_at_most),
		cmocka_unit_test(test_a_mistake_is_one_printable_line),
		cmocka_unit_test(test_every_allocation_may_fail),
		cmocka_unit_test(test_a_file_is_read),
		cmocka_unit_test(test_a_file_that_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
