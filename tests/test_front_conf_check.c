/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance-front.conf must have, and what does not go together in it: each mistake has its
 * sentence. */

#include "mistakes_scene.h"

#include <string.h>

static void what_is_missing(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "identity:\n  - id: a\n    address: ::1\n",
			"f: identity a: 'name' is missing" },
		{ "identity:\n  - id: a\n    address: ::1\n  - id: b\n",
			"f: identity a: 'name' is missing" },
		{ "identity:\n  - id: a\n    address: ::1\nlog:\n",
			"f: identity a: 'name' is missing" },
		{ "identity:\n  - id: a\n    name: a\n",
			"f: the file has no section 'front' "
			"or 'client'" },
		{ "front:\n  - id: a\n" FRONT_KEY FRONT_SERVES,
			"f: front a: 'listen' is missing" },
		{ "front:\n  - id: a\n" FRONT_LISTENS FRONT_SERVES,
			"f: front a: 'key-file' is missing" },
		{ "front:\n  - id: a\n" FRONT_LISTENS FRONT_KEY,
			"f: front a: 'server' is missing" },
		{ CLIENT_OF("", CLIENT_ASKS, CLIENT_NAMES),
			"f: client p: 'listen' is missing" },
		{ CLIENT_OF(CLIENT_LISTENS, "", CLIENT_NAMES),
			"f: client p: 'primary' is missing" },
		{ CLIENT_OF(CLIENT_LISTENS, CLIENT_ASKS, ""),
			"f: client p: 'name' is missing" },
		{ "client:\n  - id: p\n" CLIENT_LISTENS CLIENT_ASKS CLIENT_NAMES,
			"f: client p: 'key-file' is missing" },
		{ "front:\n  - id: a\n    server: broker.sock\n",
			"f:3: 'server' is 'broker.sock', must be the path of a socket, or "
			"ADDRESS@PORT" },
		{ "front:\n  - id: a\n    server: 127.0.0.1@0\n",
			"f:3: 'server' is '127.0.0.1@0', must not have port 0" },
		{ "front:\n  - id: a\n" FRONT_LISTENS FRONT_KEY "    server: 127.0.0.1\n",
			"f:5: 'server' is '127.0.0.1', needs a port: ADDRESS@PORT" },
		{ CLIENT_OF("    listen: ::1\n", CLIENT_ASKS, CLIENT_NAMES),
			"f:3: 'listen' is '::1', needs a port: ADDRESS@PORT" },
		{ "identity:\n  - id: a\n    address: fd00:da:ce::/48\n",
			"f:3: 'address' is 'fd00:da:ce::/48', must be an IPv4 or IPv6 address" },
		{ "identity:\n  - id: a\n    address: 192.0.2.1@53\n",
			"f:3: 'address' is '192.0.2.1@53', must be an address without a "
			"port" },
		{ "front:\n  - id: a\n" FRONT_LISTENS FRONT_KEY FRONT_SERVES,
			"f: front a: there is no identity, so no client is permitted" },
	};
	check_rows(rows, ROWS(rows));
}

static void what_does_not_go_together(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ IDENTITY "  - id: ns2\n    name: b\n    address: ::1\n" CLIENT,
			"f: identity ns2: duplicate id" },
		{ IDENTITY IDENTITY CLIENT, "f: identity ns2: duplicate id" },
		{ IDENTITY
			"  - id: b\n    name: NS2.example.net.\n    address: ::1\n" CLIENT,
			"f: identities ns2 and b have the same name 'ns2.example.net'" },
		{ IDENTITY "  - id: x\n    name: ns2.example.net\n    address: ::1\n" CLIENT,
			"f: identities ns2 and x have the same name 'ns2.example.net'" },
		{ FRONT SECOND_FRONT("xot", "192.0.2.9", "127.0.0.1@53"),
			"f:10: front xot: duplicate id" },
		{ CLIENT "  - id: p\n", "f:7: client p: duplicate id" },
		{ FRONT "    identity: ns3\n",
			"f:10: front xot: there is no identity 'ns3'" },
		{ FRONT "    client-within: example.net\n",
			"f: front xot: 'client-within' requires an identity whose 'name' is a "
			"list, like \"@clients.example.net\"" },
		{ FRONT "    identity: [ ns2, ns2 ]\n",
			"f:10: front xot: identity 'ns2' is listed twice" },
		{ FRONT "    usage: [ dane-ee, pkix-ee ]\n",
			"f: front xot: 'usage' pkix-ta or pkix-ee requires 'ca-file'" },
		{ FRONT "    usage: pkix-ta\n",
			"f: front xot: 'usage' pkix-ta or pkix-ee requires 'ca-file'" },
		{ FRONT "    ca-file: ca\n",
			"f: front xot: 'ca-file' requires 'usage' pkix-ta or pkix-ee" },
		{ "identity:\n  - id: a\n    name: a\n    address: 0.0.0.0\n" CLIENT,
			"f: identity a: no client can have address 0.0.0.0" },
		{ "identity:\n  - id: a\n    name: a\n    address: 224.0.0.1\n" CLIENT,
			"f: identity a: no client can have address 224.0.0.1" },
		{ "identity:\n  - id: a\n    name: a\n    address: 255.255.255.255\n" CLIENT,
			"f: identity a: no client can have address 255.255.255.255" },
		{ "identity:\n  - id: a\n    name: a\n    address: ff02::1\n" CLIENT,
			"f: identity a: no client can have address ff02::1" },
		{ "identity:\n  - id: a\n    name: a\n    address: \"::\"\n" CLIENT,
			"f: identity a: no client can have address ::" },
		{ "identity:\n  - id: a\n    name: a\n    address: ::ffff:192.0.2.1\n" CLIENT,
			"f: identity a: no client can have address ::ffff:192.0.2.1" },
		{ FRONT "    proxy: off\n",
			"f: front xot: with 'proxy: off' the address of "
			"identity ns2 must be in 127.0.0.0/8, or ::1, not 192.0.2.2" },
		{ "identity:\n  - id: a\n    name: a\n    address: ::1\nfront:\n" SECOND_FRONT("b",
			  "192.0.2.1", "127.0.0.1@53") "    proxy: off\n",
			"f: front b: with 'proxy: off' the address of identity a, ::1, and "
			"'server', 127.0.0.1@53, must be both IPv4 or both IPv6" },
		{ FRONT SECOND_FRONT("b", "192.0.2.1@853", "127.0.0.1@53"),
			"f: front b: 'listen' is 192.0.2.1@853, but front xot already "
			"listens there" },
		{ FRONT "    listen: 192.0.2.1@853\n",
			"f: front xot: 'listen' is 192.0.2.1@853, but front xot already "
			"listens there" },
		{ FRONT "    listen: 127.0.0.1@5853\n" CLIENT,
			"f: client p: 'listen' is 127.0.0.1@5853, but front xot already "
			"listens there" },
		{ CLIENT "    listen: 127.0.0.1@5853\n",
			"f: client p: 'listen' is 127.0.0.1@5853, but client p already "
			"listens there" },
		{ FRONT "    listen: 127.0.0.1@5310\n",
			"f: front xot: 'server' is 127.0.0.1@5310, but front xot listens there" },
		{ FRONT "    listen: 0.0.0.0@5310\n",
			"f: front xot: 'server' is 127.0.0.1@5310, but front xot listens there" },
		{ FRONT SECOND_FRONT("b", "192.0.2.9", "192.0.2.1@853"),
			"f: front b: 'server' is 192.0.2.1@853, but front xot listens there" },
		{ FRONT SECOND_FRONT("b", "192.0.2.9", "127.0.0.1@5853") CLIENT,
			"f: front b: 'server' is 127.0.0.1@5853, but client p listens there" },
		{ CLIENT_OF("    listen: 192.0.2.1@53\n", CLIENT_ASKS, CLIENT_NAMES),
			"f: client p: 'listen' must be in 127.0.0.0/8, or ::1, not "
			"192.0.2.1@53: clients there are not authenticated" },
		{ CLIENT_OF("    listen: [ ::1@53, ::@54 ]\n", CLIENT_ASKS, CLIENT_NAMES),
			"f: client p: 'listen' must be in 127.0.0.0/8, or ::1, not "
			"::@54: clients there are not authenticated" },
		{ CLIENT_OF(CLIENT_LISTENS, "    primary: [ 192.0.2.1, 192.0.2.2@854 ]\n",
			  CLIENT_NAMES),
			"f: client p: all addresses of 'primary' must have "
			"the same port, that of the TLSA records: 192.0.2.1@853 and 192.0.2.2@854 differ" },
		{ CLIENT_OF(CLIENT_LISTENS, CLIENT_ASKS,
			  "    name: " LABEL_63 "." LABEL_63 "." LABEL_63
			  ".b23456789-123456789-123456789-123456789-1234567890-1\n"),
			"f: client p: 'name' with _853._tcp. before it is too long" },
	};
	check_rows(rows, ROWS(rows));
}

/* Nearly a mistake. */
static void what_goes_together(void **state)
{
	(void)state;
	static const char *const rows[] = {
		FRONT "    usage: [ dane-ee, pkix-ee ]\n    ca-file: ca\n",
		FRONT "    listen: 0.0.0.0@5311\n",
		FRONT "    listen: 127.0.0.2@5310\n",
		FRONT "    listen: ::@5310\n",
		FRONT SECOND_FRONT("b", "0.0.0.0@5311", "192.0.2.9@5311"),
		FRONT SECOND_FRONT("p", "192.0.2.9", "127.0.0.1@5310") CLIENT,
		FRONT CLIENT_OF(CLIENT_LISTENS, "    primary: 192.0.2.1\n", CLIENT_NAMES),
		CLIENT_OF(CLIENT_LISTENS, CLIENT_ASKS,
			"    name: " LABEL_63 "." LABEL_63 "." LABEL_63
			".b23456789-123456789-123456789-123456789-1234567890-\n"),
		CLIENT_OF("    listen: 127.255.255.255@65535\n", CLIENT_ASKS, CLIENT_NAMES),
		IDENTITY
		"  - id: b\n    name: \"*.ns2.example.net\"\n    address: 192.0.2.2\n" CLIENT,
		"server:\n    user: a\n" CLIENT,
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE];
		struct conf *conf = conf_parse("f", rows[i], strlen(rows[i]), error);
		check_true(error, conf != NULL);
		conf_free(conf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(what_does_not_go_together),
		cmocka_unit_test(what_goes_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
