/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front's mode makes of its other items: what is missing there, what has no meaning, and
 * what holds instead. */

#include "check.h"
#include "conf/conf.h"

#include <stdio.h>
#include <string.h>

#define KEY "    key-file: k\n"
#define IDENTITY \
	"identity:\n" \
	"  - id: ns2\n" \
	"    name: ns2.example.net\n" \
	"    address: 192.0.2.2\n"
#define DNS_OF(server) \
	"front:\n  - id: xot\n    listen: 192.0.2.1\n" KEY "    server: " server "\n"
#define DNS IDENTITY DNS_OF("127.0.0.1@5310")
#define CLIENT \
	"client:\n  - id: p\n    listen: 127.0.0.1@5853\n    primary: 192.0.2.1\n" \
	"    name: ns1.example.com\n" KEY
#define LABEL_63 "a23456789-123456789-123456789-123456789-123456789-123456789-123"
#define NAMED "identity:\n  - id: device\n    name: \"*._device.example.org\"\n"
#define STREAM_OF(server) \
	"front:\n  - id: mqtt\n    mode: stream\n    listen: 192.0.2.1@8883\n" KEY \
	"    server: " server "\n"
#define STREAM NAMED STREAM_OF("/run/broker.sock")
#define TCP_STREAM NAMED STREAM_OF("127.0.0.1@1883")
#define PATH_105 \
	"/23456789-123456789-123456789-123456789-123456789-123456789-123456789-" \
	"123456789-123456789-123456789-12345"

static void what_does_not_go_with_a_mode(void **state)
{
	(void)state;
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{ DNS "    alpn: mqtt\n", "f: front xot: 'alpn' requires 'mode: stream'" },
		{ DNS "    alpn: mqtt\n    mode: dns\n",
			"f: front xot: 'alpn' requires 'mode: stream'" },
		{ DNS "    recheck: on\n",
			"f: front xot: 'recheck' requires 'mode: stream'" },
		{ DNS "    recheck: off\n",
			"f: front xot: 'recheck' requires 'mode: stream'" },
		{ DNS "    source: client\n",
			"f: front xot: 'source' requires 'mode: stream'" },
		{ DNS "    source: identity\n",
			"f: front xot: 'source' requires 'mode: stream'" },
		{ DNS "    proxy: tls\n",
			"f: front xot: 'proxy: tls' requires 'mode: stream'" },
		{ IDENTITY DNS_OF("/run/b"),
			"f: front xot: 'server' is the UNIX socket /run/b, which requires "
			"'mode: stream'" },
		{ STREAM "    pass: transfer\n",
			"f: front mqtt: 'pass' has no meaning with 'mode: stream', which "
			"passes on everything" },
		{ STREAM "    listen: 2001:db8::1\n",
			"f: front mqtt: with 'mode: stream', 'listen' needs a port: "
			"2001:db8::1@PORT" },
		{ STREAM "    listen: 192.0.2.1@0\n",
			"f:10: 'listen' is '192.0.2.1@0', must not have port 0" },
		{ STREAM "    source: identity\n",
			"f: front mqtt: identity device needs an 'address': that is how the "
			"server knows this client" },
		{ TCP_STREAM "    proxy: off\n",
			"f: front mqtt: identity device needs an 'address': that is how the "
			"server knows this client" },
		{ NAMED DNS_OF("127.0.0.1@53"),
			"f: front xot: identity device needs an 'address': that is how the "
			"server knows this client" },
		{ NAMED "    address: \"::\"\n" STREAM_OF("127.0.0.1@1883"),
			"f: identity device: no client can have address ::" },
		{ NAMED "    address: 192.0.2.2\n" STREAM_OF("127.0.0.1@1883") "    proxy: off\n",
			"f: front mqtt: with 'proxy: off' the address of identity device "
			"must be in 127.0.0.0/8, or ::1, not 192.0.2.2" },
		{ NAMED "    address: 127.0.0.2\n" STREAM_OF(
			  "127.0.0.1@1883") "    proxy: off\n    source: client\n",
			"f: front mqtt: 'source: client' requires 'proxy: on' or 'proxy: "
			"tls'; with 'proxy: off' the server sees the identity's address" },
		{ STREAM "    proxy: off\n    source: identity\n",
			"f: front mqtt: 'source' has no meaning with 'proxy: off' and a "
			"UNIX socket, which tells the server no address" },
		{ STREAM "    proxy: off\n    source: client\n",
			"f: front mqtt: 'source' has no meaning with 'proxy: off' and a "
			"UNIX socket, which tells the server no address" },
		{ NAMED STREAM_OF("192.0.2.1@8883"),
			"f: front mqtt: 'server' is 192.0.2.1@8883, but front mqtt listens "
			"there" },
		{ TCP_STREAM "    listen: 0.0.0.0@1883\n",
			"f: front mqtt: 'server' is 127.0.0.1@1883, but front mqtt listens "
			"there" },
		{ NAMED STREAM_OF("127.0.0.1@5853") CLIENT,
			"f: front mqtt: 'server' is 127.0.0.1@5853, but client p listens "
			"there" },
		{ NAMED STREAM_OF(PATH_105 "678"),
			"f:9: 'server' is '/23456789-123456789-123456789-123456789-"
			"123456789-123456789-123456789-123456789-', is a longer path than a "
			"socket can have" },
		{ STREAM "    alpn: \"" LABEL_63 LABEL_63 LABEL_63 LABEL_63 "4567\"\n",
			"f:10: 'alpn' is '" LABEL_63 "a23456789-1234567...', must have at "
			"most 255 octets" },
		{ STREAM "    alpn: [ a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q ]\n",
			"f:10: 'alpn' has more than 16 protocols" },
		{ STREAM "    alpn: \"\"\n", "f:10: 'alpn' needs a value" },
		{ STREAM "    mode: dns\n", "f:10: 'mode' may be given only once" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE];
		struct conf *conf = conf_parse("f", rows[i].text, strlen(rows[i].text),
			error);
		check_true(rows[i].sentence, conf == NULL);
		assert_string_equal(error, rows[i].sentence);
	}
}

static struct conf *parse(const char *text)
{
	char error[CONF_ERROR_SIZE];
	struct conf *conf = conf_parse("f", text, strlen(text), error);
	if (conf == NULL) {
		fail_msg("%s", error);
	}
	return conf;
}

/* Nearly a mistake. */
static void what_goes_with_a_mode(void **state)
{
	(void)state;
	static const char *const rows[] = {
		NAMED CLIENT,
		NAMED STREAM_OF(PATH_105 "67"),
		STREAM "    proxy: off\n",
		STREAM "    proxy: tls\n    source: client\n    recheck: off\n",
		STREAM "    alpn: \"" LABEL_63 LABEL_63 LABEL_63 LABEL_63 "456\"\n",
		STREAM "    alpn: [ a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p ]\n",
		NAMED "    address: 127.0.0.2\n" STREAM_OF(
			"127.0.0.1@1883") "    proxy: off\n    source: identity\n",
		DNS "    mode: dns\n",
		/* An identity that only the stream permits needs no address. */
		NAMED IDENTITY DNS_OF("127.0.0.1@53") "    identity: ns2\n" STREAM_OF(
			"/run/broker.sock"),
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		conf_free(parse(rows[i]));
	}
}

/* What is not there has a default of its own in streams. */
static void a_stream_has_its_own_defaults(void **state)
{
	(void)state;
	struct conf *conf = parse(STREAM);
	const struct conf_front *front = &conf->fronts[0];
	assert_true(front->proxy == CONF_PROXY_ON);
	assert_false(front->source_identity);
	assert_true(front->recheck);
	assert_int_equal(front->alpn_count + front->idle_timeout_s + front->pass, 0);
	assert_int_equal(front->usages, DANCE_DANE_EE | DANCE_DANE_TA);
	conf_free(conf);
}

/* Where the server knows clients by address, that is the identity's. */
static void who_the_source_is(void **state)
{
	(void)state;
	static const struct {
		const char *server, *more;
		bool identity;
	} rows[] = {
		{ "/run/b", "", false },
		{ "/run/b", "    proxy: off\n", false },
		{ "/run/b", "    source: identity\n", true },
		{ "127.0.0.1@1883", "", false },
		{ "127.0.0.1@1883", "    proxy: off\n", true },
		{ "127.0.0.1@1883", "    proxy: off\n    source: identity\n", true },
		{ "127.0.0.1@1883", "    source: client\n", false },
		{ "127.0.0.1@1883", "    proxy: tls\n    source: identity\n", true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[1024], row[16];
		snprintf(row, sizeof(row), "row %zu", i);
		snprintf(text, sizeof(text),
			"identity:\n  - id: a\n    name: a\n    address: 127.0.0.2\n"
			"front:\n  - id: f\n    mode: stream\n    listen: 192.0.2.1@1\n"
			"    key-file: k\n    server: %s\n%s",
			rows[i].server, rows[i].more);
		struct conf *conf = parse(text);
		check_true(row, conf->fronts[0].source_identity == rows[i].identity);
		conf_free(conf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_go_with_a_mode),
		cmocka_unit_test(what_goes_with_a_mode),
		cmocka_unit_test(a_stream_has_its_own_defaults),
		cmocka_unit_test(who_the_source_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
