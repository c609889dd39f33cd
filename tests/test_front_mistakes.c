/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Mistakes in dance-front.conf: each has its sentence, that names the line or the section,
 * and nothing of such a file is used. */

#include "mistakes_scene.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void what_is_no_such_file(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "", "f: the file has no section 'front' or 'client'" },
		{ IDENTITY, "f: the file has no section 'front' or 'client'" },
		{ "servers:\n", "f:1: there is no section 'servers'" },
		{ "\nserver\n", "f:2: " NO_COLON },
		{ "server:\n\tuser: a\n", "f:2: tabulator character is not allowed" },
		{ "server:\n    user: a\n  extension: 1\n", "f:3: invalid indentation" },
		{ "    user: a\n", "f:1: invalid indentation" },
		{ "server: a\n", "f:1: section 'server' must not have a value" },
		{ "server:\n    users: a\n", "f:2: section 'server' has no item 'users'" },
		{ "log:\n    user: a\n", "f:2: section 'log' has no item 'user'" },
		{ IDENTITY "    names: a\n", "f:5: section 'identity' has no item 'names'" },
		{ "server:\n  - user: a\n",
			"f:2: '- user' or 'user' is in the wrong place: invalid identifier" },
		{ "identity:\n  - name: a\n",
			"f:2: 'name' precedes 'id': each identity must begin with 'id'" },
		{ "identity:\n    name: a\n",
			"f:2: 'name' precedes 'id': each identity must begin with 'id'" },
		{ "identity:\n    id: a\n",
			"f:2: '- id' or 'id' is in the wrong place: "
			"identifier not supported" },
		{ "identity:\n  - id:\n", "f:2: " NO_LINE },
		{ "identity:\n  - id: \"\"\n", "f:2: 'id' needs a value" },
		{ "server:\n    user:\n", "f:2: 'user' needs a value" },
		{ "server:\n    user: \"\"\n", "f:2: 'user' needs a value" },
		{ "server:\n    extension:\n", "f:2: 'extension' needs a value" },
		{ FRONT "    proxy:\n", "f:10: 'proxy' needs a value" },
		{ FRONT "    identity: []\n", "f:10: 'identity' needs a value" },
		{ FRONT "    pass: [ ]\n", "f:10: 'pass' needs a value" },
		{ "server:\n    user: a\n    user: b\n",
			"f:3: 'user' may be given only once" },
		{ "log:\n    level: info\ndns:\nlog:\n    level: info\n",
			"f:5: 'level' may be given only once" },
		{ IDENTITY "    name: b\n", "f:5: 'name' may be given only once" },
		{ "server:\n    user: [ a, b ]\n", "f:2: 'user' may be given only once" },
	};
	check_rows(rows, ROWS(rows));
	check_sentence("f", "server:\0", 8, "f:1: " NO_LINE);
}

/* What YAML or another server's file would have. */
static void what_is_written_as_elsewhere(void **state)
{
	(void)state;
	static const char brackets[] =
		"f:4: an IPv6 address must be written without brackets: ::1@853";
	static const struct row rows[] = {
		{ "\xef\xbb\xbf" CLIENT,
			"f:1: the file begins with a byte order mark; save it as "
			"plain ASCII or UTF-8" },
		{ "---\n" CLIENT, "f:1: remove '---' and '...': the file is not YAML" },
		{ CLIENT "...\n", "f:7: remove '---' and '...': the file is not YAML" },
		{ "#\n" CLIENT_OF("    listen: [::1]@853\n", CLIENT_ASKS, CLIENT_NAMES),
			brackets },
		{ "#\n" CLIENT_OF("    listen: [::1]:853\n", CLIENT_ASKS, CLIENT_NAMES),
			brackets },
		{ "#\nfront:\n  - id: a\n    listen: [::1]@853\n", brackets },
		{ CLIENT_OF("    listen: [ ::1@853,\n        ::1@854 ]\n", CLIENT_ASKS,
			  CLIENT_NAMES),
			"f:3: a list must end on its line; for more values, repeat "
			"the item" },
		{ "client:\n  - { id: a }\n",
			"f:2: write one item a line, not a list in braces" },
		{ "server:\n    user: \"a\n", "f:2: " NO_LINE },
		{ "server:\n    user: \"[a\" # [b]: {\n    user", "f:3: " NO_COLON },
	};
	check_rows(rows, ROWS(rows));
}

#define FROM_TO(from, to) ", must be a number from " from " to " to
#define SERVER(item, value, sentence) \
	{ "server:\n    " item ": " value "\n", "f:2: '" item "' is '" value "'" sentence }
#define DNS(item, value, sentence) \
	{ "dns:\n    " item ": " value "\n", "f:2: '" item "' is '" value "'" sentence }
#define LOG(item, value, sentence) \
	{ "log:\n    " item ": " value "\n", "f:2: '" item "' is '" value "'" sentence }
#define MORE(item, value, sentence) \
	{ FRONT "    " item ": " value "\n", "f:10: '" item "' is '" value "'" sentence }

static void what_is_no_such_value(void **state)
{
	(void)state;
	static const struct row rows[] = {
		SERVER("max-connections", "0", FROM_TO("1", "65536")),
		SERVER("max-connections", "65537", FROM_TO("1", "65536")),
		SERVER("max-connections", "many", FROM_TO("1", "65536")),
		SERVER("max-connections", "5s", FROM_TO("1", "65536")),
		SERVER("max-handshakes", "0", FROM_TO("1", "65536")),
		SERVER("max-handshakes", "65537", FROM_TO("1", "65536")),
		SERVER("max-per-address", "-1", FROM_TO("1", "65536")),
		SERVER("max-per-identity", "0", FROM_TO("1", "65536")),
		SERVER("max-per-server", "0", FROM_TO("1", "65536")),
		SERVER("max-per-suffix", "0", FROM_TO("1", "65536")),
		SERVER("max-per-client", "0", FROM_TO("1", "65536")),
		SERVER("max-per-address", "65537", FROM_TO("1", "65536")),
		SERVER("handshake-timeout", "0", FROM_TO("1", "300")),
		SERVER("handshake-timeout", "301", FROM_TO("1", "300")),
		SERVER("handshake-timeout", "6m", FROM_TO("1", "300")),
		SERVER("idle-timeout", "0", FROM_TO("1", "86400")),
		SERVER("idle-timeout", "86401", FROM_TO("1", "86400")),
		SERVER("answer-timeout", "0s", FROM_TO("1", "3600")),
		SERVER("answer-timeout", "3601", FROM_TO("1", "3600")),
		SERVER("extension", "-1", FROM_TO("0", "65535")),
		SERVER("extension", "65536", FROM_TO("0", "65535")),
		SERVER("extension", "0xff42", FROM_TO("0", "65535")),
		SERVER("extension", "99999999999999999999", FROM_TO("0", "65535")),
		LOG("target", "file", ", must be one of stderr, syslog"),
		LOG("level", "verbose",
			", must be one of error, warning, notice, info, debug"),
		LOG("level", "inf", ", must be one of error, warning, notice, info, debug"),
		DNS("timeout", "0", FROM_TO("1", "5000")),
		DNS("timeout", "5001", FROM_TO("1", "5000")),
		DNS("timeout", "1s", FROM_TO("1", "5000")),
		DNS("max-stale", "-1", FROM_TO("0", "604800")),
		DNS("max-stale", "8d", FROM_TO("0", "604800")),
		DNS("lookups-per-second", "0", FROM_TO("1", "100000")),
		DNS("lookups-per-second", "100001", FROM_TO("1", "100000")),
		DNS("lookups-in-flight", "0", FROM_TO("1", "4096")),
		DNS("lookups-in-flight", "4097", FROM_TO("1", "4096")),
		DNS("remember", "0", FROM_TO("1", "10000000")),
		DNS("remember", "10000001", FROM_TO("1", "10000000")),
		DNS("remember", "4k", FROM_TO("1", "10000000")),
		DNS("resolver", "/run/resolver", ", must be an IPv4 or IPv6 address"),
		DNS("resolver", "192.0.2.1@0", ", must not have port 0"),
		DNS("resolver", "fe80::1%lo", ", must not name an interface"),
		MORE("proxy", "maybe", ", must be one of off, on, tls"),
		MORE("proxy", "o", ", must be one of off, on, tls"),
		MORE("mode", "tcp", ", must be one of dns, stream"),
		MORE("source", "server", ", must be one of client, identity"),
		MORE("recheck", "never", ", must be on or off"),
		MORE("idle-timeout", "0", FROM_TO("1", "86400")),
		MORE("idle-timeout", "25h", FROM_TO("1", "86400")),
		MORE("require-name", "t", ", must be on or off"),
		MORE("pass", "axfr", ", must be one of transfer, notify, update, any"),
		MORE("usage", "3", ", must be one of pkix-ta, pkix-ee, dane-ta, dane-ee"),
		MORE("listen", "localhost", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "/run/front", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "192.0.2.300", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "2001:db8::x", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "192.0.2.1@", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "192.0.2.1@65536", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "192.0.2.1@+5", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "192.0.2.1@5x", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "1:2:3@853", ", must be an IPv4 or IPv6 address"),
		MORE("listen", "192.0.2.1@0", ", must not have port 0"),
		{ "server:\n    user: \":a\"\n" CLIENT,
			"f: server: 'user' must be a user, or 'user:group', not ':a'" },
		{ "server:\n    user: \"a:\"\n" CLIENT,
			"f: server: 'user' must be a user, or 'user:group', not 'a:'" },
	};
	check_rows(rows, ROWS(rows));
}

#define A ", 127.0.0.1"

static void what_is_too_much(void **state)
{
	(void)state;
	check_sentence("f", "dns:\n  resolver: [ 127.0.0.1" A A A A A A A A " ]\n",
		strlen("dns:\n  resolver: [ 127.0.0.1" A A A A A A A A " ]\n"),
		"f:2: 'resolver' has more than 8 addresses");
	char *text;
	size_t size;
	static const struct {
		const char *begin, *each;
		unsigned count;
		const char *sentence;
	} rows[] = {
		{ "front:\n", "  - id: %u\n" FRONT_LISTENS FRONT_KEY FRONT_SERVES, 65,
			"f:258: more than 64 sections 'front'" },
		{ "client:\n",
			"  - id: %u\n" CLIENT_LISTENS CLIENT_ASKS CLIENT_NAMES CLIENT_KEY,
			65, "f:322: more than 64 sections 'client'" },
		{ FRONT, "    listen: 192.0.2.2@%u\n", 65,
			"f:73: 'listen' has more than 64 "
			"addresses" },
		{ FRONT,
			"# %u                                                            \n",
			16384, "f: larger than 1048576 octets" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		FILE *out = open_memstream(&text, &size);
		assert_non_null(out);
		fputs(rows[i].begin, out);
		for (unsigned j = 1; j <= rows[i].count; j++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			fprintf(out, rows[i].each, j);
#pragma GCC diagnostic pop
		}
		fclose(out);
		check_sentence("f", text, size, rows[i].sentence);
		free(text);
	}
}

static void names_and_ids_that_are_none(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "identity:\n  - id: ns.2\n",
			"f:2: identity 'ns.2': an id is made of letters, "
			"digits, underscores and hyphens" },
		{ "front:\n  - id: \"a b\"\n",
			"f:2: front 'a b': an id is made of letters, "
			"digits, underscores and hyphens" },
		{ "client:\n  - id: \xc3\xa4\n",
			"f:2: client '?\?': an id is made of letters, "
			"digits, underscores and hyphens" },
		{ "client:\n  - id: " LABEL_63 "4\n",
			"f:2: client '" LABEL_63 "4': an id has at "
			"most 63 characters" },
		{ "client:\n  - id: a\n    name: \"*.b\"\n",
			"f:3: 'name' is '*.b', must be one name, without an asterisk" },
		{ "client:\n  - id: a\n    client-name: \"*.b\"\n",
			"f:3: 'client-name' is '*.b', must be one name, without an "
			"asterisk" },
		{ "client:\n  - id: a\n    name: \"@b\"\n",
			"f:3: 'name' is '@b', must be a name, not a list" },
		{ "front:\n  - id: a\n    client-within: [ b, \"*.b\" ]\n",
			"f:3: 'client-within' is '*.b', must be one name, without an asterisk" },
	};
	check_rows(rows, ROWS(rows));
}

/* libdance says why. */
static void what_is_no_name(void **state)
{
	(void)state;
	static const char *const names[] = { "a..b", ".", "ns*.b", "a.*.b", "*", "a.b..",
		"a b" };
	static const struct {
		const char *section, *item;
	} places[] = {
		{ "identity", "name" },
		{ "client", "name" },
		{ "client", "client-name" },
	};
	for (size_t i = 0; i < ROWS(names) * ROWS(places); i++) {
		const char *name = names[i / ROWS(places)];
		const char *item = places[i % ROWS(places)].item;
		char text[100], why[DANCE_ERROR_SIZE], sentence[CONF_ERROR_SIZE];
		assert_false(dance_roster_check_name(name, why));
		snprintf(text, sizeof(text), "%s:\n  - id: a\n    %s: \"%s\"\n",
			places[i % ROWS(places)].section, item, name);
		snprintf(sentence, sizeof(sentence), "f:3: '%s' is %s", item, why);
		check_sentence("f", text, strlen(text), sentence);
	}
}

/* However long what it quotes is, and whatever stands in it. */
static void a_sentence_is_bounded_and_printable(void **state)
{
	(void)state;
	static const char *const items[] = { "server:\n    extension: %s\n",
		"front:\n  - id: %s\n", "dns:\n  resolver: %s\n", "log:\n  level: %s\n",
		"client:\n  - id: a\n    name: %s\n",
		"front:\n  - id: a\n    proxy: %s\n" };
	char value[240], file[600], text[512], error[CONF_ERROR_SIZE];
	memset(value, '\xe4', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	memset(file, 'f', sizeof(file) - 1);
	file[0] = '\x1b';
	file[1] = '\x7f';
	file[sizeof(file) - 1] = '\0';
	for (size_t i = 0; i < ROWS(items); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), items[i], value);
#pragma GCC diagnostic pop
		memset(error, 'x', sizeof(error));
		assert_null(conf_parse(file, text, strlen(text), error));
		assert_non_null(memchr(error, '\0', sizeof(error)));
		assert_non_null(strstr(error, "?\?"));
		for (const char *c = error; *c != '\0'; c++) {
			check_true(items[i], isprint((unsigned char)*c));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_such_file),
		cmocka_unit_test(what_is_written_as_elsewhere),
		cmocka_unit_test(what_is_no_such_value),
		cmocka_unit_test(what_is_too_much),
		cmocka_unit_test(names_and_ids_that_are_none),
		cmocka_unit_test(what_is_no_name),
		cmocka_unit_test(a_sentence_is_bounded_and_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
