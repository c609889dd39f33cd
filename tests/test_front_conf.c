/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The values of dance-front.conf: every item, every default, every way to write one. The section
 * `front` has test_front_conf_front.c, and what is wrong in a file test_front_mistakes.c. */

#include "conf_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void what_is_not_there_has_its_default(void **state)
{
	(void)state;
	struct conf *conf = parse(IDENTITY FRONT CLIENT);
	assert_null(conf->common.user);
	assert_int_equal(conf->max_connections, 1024);
	assert_int_equal(conf->max_handshakes, 256);
	assert_int_equal(conf->max_per_address, 32);
	assert_int_equal(conf->max_per_identity, 32);
	assert_int_equal(conf->max_per_suffix, 256);
	assert_int_equal(conf->max_per_server, 64);
	assert_int_equal(conf->max_per_client, 256);
	assert_int_equal(conf->handshake_timeout_s, 10);
	assert_int_equal(conf->idle_timeout_s, 60);
	assert_int_equal(conf->answer_timeout_s, 30);
	assert_int_equal(conf->extension, 0xff42);
	assert_false(conf->common.log_syslog);
	assert_int_equal(conf->common.log_level, LEVEL_INFO);
	assert_null(conf->common.trust_anchor);
	assert_null(conf->common.root_hints);
	assert_null(conf->common.forwarders[0]);
	assert_int_equal(conf->common.timeout_ms, 500);
	assert_int_equal(conf->common.max_stale_s, 0);
	assert_int_equal(conf->common.lookups_per_second, 100);
	assert_int_equal(conf->common.lookups_in_flight, 64);
	assert_int_equal(conf->common.remember, 4096);

	assert_int_equal(conf->front_count, 1);
	const struct conf_front *front = &conf->fronts[0];
	assert_null(front->cert_file);
	assert_int_equal(front->mode, CONF_MODE_DNS);
	assert_int_equal(front->alpn_count, 0);
	assert_true(front->proxy == CONF_PROXY_ON);
	assert_true(front->source_identity);
	assert_int_equal(front->idle_timeout_s, 0);
	assert_int_equal(front->identity_count, 1);
	assert_ptr_equal(front->identities[0], &conf->identities[0]);
	assert_int_equal(front->pass, CONF_PASS_TRANSFER);
	assert_int_equal(front->usages, DANCE_DANE_EE | DANCE_DANE_TA);
	assert_null(front->ca_file);
	assert_false(front->require_name);

	assert_int_equal(conf->client_count, 1);
	const struct conf_client *client = &conf->clients[0];
	assert_null(client->client_name);
	assert_null(client->cert_file);
	assert_false(client->raw_key);
	assert_null(client->ca_file);
	assert_int_equal(client->pass, CONF_PASS_TRANSFER);
	conf_free(conf);
}

static void a_list_may_be_an_identity_with_a_fence(void **state)
{
	(void)state;
	struct conf *conf = parse("identity:\n"
				  "  - id: fleet\n"
				  "    name: \"@Clients.example.net.\"\n"
				  "    address: 192.0.2.2\n" FRONT
				  "    client-within: [ Example.net., a.b ]\n");
	assert_string_equal(conf->identities[0].name, "@clients.example.net");
	assert_int_equal(conf->fronts[0].within_count, 2);
	assert_string_equal(conf->fronts[0].within[0], "example.net");
	assert_string_equal(conf->fronts[0].within[1], "a.b");
	conf_free(conf);
}

static void sections_that_are_there_once_are_read(void **state)
{
	(void)state;
	struct conf *conf = parse("server:\n"
				  "    user: dance-front:dance\n"
				  "    max-connections: 65536\n"
				  "    max-handshakes: 1\n"
				  "    max-per-address: 7\n"
				  "    max-per-identity: 8\n"
				  "    max-per-server: 9\n"
				  "    max-per-suffix: 10\n"
				  "    max-per-client: 11\n"
				  "    handshake-timeout: 5m\n"
				  "    idle-timeout: 1d\n"
				  "    answer-timeout: 90s\n"
				  "    extension: 65535\n"
				  "log:\n"
				  "    target: syslog\n"
				  "    level: debug\n"
				  "dns:\n"
				  "    trust-anchor: /etc/root.key\n"
				  "    root-hints: \"hints of \\\"mine\\\"\"\n"
				  "    resolver: [ 127.0.0.1, ::1@5353 ]\n"
				  "    resolver: 192.0.2.53@53\n"
				  "    timeout: 5000\n"
				  "    max-stale: 7d\n"
				  "    lookups-per-second: 100000\n"
				  "    lookups-in-flight: 4096\n"
				  "    remember: 10000000\n" CLIENT);
	assert_string_equal(conf->common.user, "dance-front:dance");
	assert_int_equal(conf->max_connections, 65536);
	assert_int_equal(conf->max_handshakes, 1);
	assert_int_equal(conf->max_per_address, 7);
	assert_int_equal(conf->max_per_identity, 8);
	assert_int_equal(conf->max_per_server, 9);
	assert_int_equal(conf->max_per_suffix, 10);
	assert_int_equal(conf->max_per_client, 11);
	assert_int_equal(conf->handshake_timeout_s, 300);
	assert_int_equal(conf->idle_timeout_s, 86400);
	assert_int_equal(conf->answer_timeout_s, 90);
	assert_int_equal(conf->extension, 65535);
	assert_true(conf->common.log_syslog);
	assert_int_equal(conf->common.log_level, LEVEL_DEBUG);
	assert_string_equal(conf->common.trust_anchor, "/etc/root.key");
	assert_string_equal(conf->common.root_hints, "hints of \"mine\"");
	assert_string_equal(conf->common.forwarders[0], "127.0.0.1@53");
	assert_string_equal(conf->common.forwarders[1], "::1@5353");
	assert_string_equal(conf->common.forwarders[2], "192.0.2.53@53");
	assert_null(conf->common.forwarders[3]);
	assert_int_equal(conf->common.timeout_ms, 5000);
	assert_int_equal(conf->common.max_stale_s, 604800);
	assert_int_equal(conf->common.lookups_per_second, 100000);
	assert_int_equal(conf->common.lookups_in_flight, 4096);
	assert_int_equal(conf->common.remember, 10000000);
	conf_free(conf);
}

static void each_level_and_target_has_its_word(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		enum log_level level;
	} rows[] = { { "error", LEVEL_ERROR }, { "warning", LEVEL_WARNING },
		{ "notice", LEVEL_NOTICE }, { "info", LEVEL_INFO },
		{ "debug", LEVEL_DEBUG } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[1024];
		snprintf(text, sizeof(text),
			"log:\n    target: stderr\n    level: %s\n" CLIENT, rows[i].word);
		struct conf *conf = parse(text);
		check_true(rows[i].word, conf->common.log_level == rows[i].level);
		check_true(rows[i].word, !conf->common.log_syslog);
		conf_free(conf);
	}
}

static void identities_are_read_in_their_order(void **state)
{
	(void)state;
	struct conf *conf = parse("identity:\n"
				  "  - id: ns2\n"
				  "    name: _Xfr-Client.NS2.example.net.\n"
				  "    address: fd00:DA:ce::2\n"
				  "  - id: all_THE-others\n"
				  "    address: 192.0.2.7\n"
				  "    name: \"*.Secondaries.example\"\n" FRONT);
	assert_int_equal(conf->identity_count, 2);
	assert_string_equal(conf->identities[0].id, "ns2");
	assert_string_equal(conf->identities[0].name, "_xfr-client.ns2.example.net");
	assert_string_equal(conf->identities[0].address.text, "fd00:da:ce::2");
	check_v6(&conf->identities[0].address, "fd00:da:ce::2", 0);
	assert_string_equal(conf->identities[1].id, "all_THE-others");
	assert_string_equal(conf->identities[1].name, "*.secondaries.example");
	assert_string_equal(conf->identities[1].address.text, "192.0.2.7");
	check_v4(&conf->identities[1].address, "192.0.2.7", 0);
	conf_free(conf);
}

static void a_client_is_read(void **state)
{
	(void)state;
	struct conf *conf = parse("client:\n"
				  "  - id: primary\n"
				  "    listen: [ 127.0.0.53@53, ::1@53 ]\n"
				  "    primary: [ 192.0.2.1@8853, 2001:db8::1@8853 ]\n"
				  "    name: NS1.example.com.\n"
				  "    client-name: _xfr-client.NS2.example.net\n"
				  "    cert-file: cert.pem\n"
				  "    key-file: key.pem\n"
				  "    raw-key: on\n"
				  "    ca-file: ca.pem\n"
				  "    pass: [ transfer, notify ]\n"
				  "  - id: other\n"
				  "    listen: 127.0.0.54@53\n"
				  "    primary: 192.0.2.9\n"
				  "    name: ns9.example.com\n"
				  "    key-file: key.pem\n");
	assert_int_equal(conf->client_count, 2);
	assert_int_equal(conf->identity_count + conf->front_count, 0);
	const struct conf_client *client = &conf->clients[0];
	assert_string_equal(client->id, "primary");
	assert_int_equal(client->listen_count, 2);
	check_v4(&client->listen[0], "127.0.0.53", 53);
	check_v6(&client->listen[1], "::1", 53);
	assert_int_equal(client->primary_count, 2);
	check_v4(&client->primaries[0], "192.0.2.1", 8853);
	check_v6(&client->primaries[1], "2001:db8::1", 8853);
	assert_string_equal(client->name, "ns1.example.com");
	assert_string_equal(client->client_name, "_xfr-client.ns2.example.net");
	assert_string_equal(client->cert_file, "cert.pem");
	assert_string_equal(client->key_file, "key.pem");
	assert_true(client->raw_key);
	assert_string_equal(client->ca_file, "ca.pem");
	assert_int_equal(client->pass, CONF_PASS_TRANSFER | CONF_PASS_NOTIFY);
	check_v4(&conf->clients[1].primaries[0], "192.0.2.9", 853);
	assert_string_equal(conf->clients[1].id, "other");
	conf_free(conf);
}

/* Comments, empty lines, lines that end as on other systems, no end of the last line. */
static void the_form_does_not_matter(void **state)
{
	(void)state;
	static const char text[] =
		"# comment\r\n\r\nlog: # this too\r\n  level: error #\r\n"
		"dns:\n\nlog:\n    target: syslog\nclient:\n- id: p\n"
		"  listen: [127.0.0.1@1 , 127.0.0.1@2]\n  primary: \"192.0.2.1\"\n"
		"  name: a\n  key-file: k";
	struct conf *conf = parse(text);
	assert_int_equal(conf->common.log_level, LEVEL_ERROR);
	assert_true(conf->common.log_syslog);
	assert_int_equal(conf->clients[0].listen_count, 2);
	assert_string_equal(conf->clients[0].key_file, "k");
	conf_free(conf);
}

static char *write_identities(size_t count)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	fputs("identity:\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "- id: %zu\n  name: a%zu\n  address: ::1\n", i, i);
	}
	fputs(FRONT, out);
	fclose(out);
	return text;
}

static void thousands_of_identities_are_read(void **state)
{
	(void)state;
	char *text = write_identities(20000);
	struct conf *conf = parse(text);
	assert_int_equal(conf->fronts[0].identity_count, 20000);
	assert_string_equal(conf->fronts[0].identities[19999]->name, "a19999");
	conf_free(conf);
	free(text);
}

static void a_file_is_read(void **state)
{
	(void)state;
	char path[] = "/tmp/test_front_conf.XXXXXX", error[CONF_ERROR_SIZE];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	static const char text[] = IDENTITY FRONT;
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	struct conf *conf = conf_read(path, error);
	assert_non_null(conf);
	assert_string_equal(error, "");
	assert_string_equal(conf->fronts[0].id, "xot");
	conf_free(conf);

	char wanted[CONF_ERROR_SIZE];
	snprintf(wanted, sizeof(wanted), "%s: larger than 1048576 octets", path);
	assert_int_equal(ftruncate(fd, CONF_SIZE_MAX + 1), 0);
	assert_null(conf_read(path, error));
	assert_string_equal(error, wanted);
	close(fd);
	unlink(path);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	assert_null(conf_read("/nowhere/at/all", error));
	assert_string_equal(error,
		"/nowhere/at/all: cannot be read: No such file or directory");
	assert_null(conf_read("/", error));
	assert_string_equal(error, "/: cannot be read: Is a directory");
	conf_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_has_its_default),
		cmocka_unit_test(a_list_may_be_an_identity_with_a_fence),
		cmocka_unit_test(sections_that_are_there_once_are_read),
		cmocka_unit_test(each_level_and_target_has_its_word),
		cmocka_unit_test(identities_are_read_in_their_order),
		cmocka_unit_test(a_client_is_read),
		cmocka_unit_test(the_form_does_not_matter),
		cmocka_unit_test(thousands_of_identities_are_read),
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
