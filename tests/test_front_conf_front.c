/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The section `front` of dance-front.conf: its modes, its server, its identities. */

#include "conf_scene.h"

#include <stdio.h>
#include <string.h>

static void a_front_is_read(void **state)
{
	(void)state;
	struct conf *conf = parse(IDENTITY
		"front:\n"
		"  - id: xot\n"
		"    listen: [ 192.0.2.1, 2001:db8::1@8530 ]\n"
		"    listen: 0.0.0.0@1\n"
		"    cert-file: cert.pem\n"
		"    key-file: key.pem\n"
		"    server: ::1@5310\n"
		"    mode: dns\n"
		"    idle-timeout: 5m\n"
		"    proxy: true\n"
		"    identity: ns2\n"
		"    pass: [ notify, update ]\n"
		"    pass: any\n"
		"    usage: [ pkix-ta, pkix-ee, dane-ta, dane-ee ]\n"
		"    ca-file: ca.pem\n"
		"    require-name: on\n");
	const struct conf_front *front = &conf->fronts[0];
	assert_string_equal(front->id, "xot");
	assert_int_equal(front->listen_count, 3);
	check_v4(&front->listen[0], "192.0.2.1", 853);
	assert_string_equal(front->listen[0].text, "192.0.2.1@853");
	check_v6(&front->listen[1], "2001:db8::1", 8530);
	assert_string_equal(front->listen[1].text, "2001:db8::1@8530");
	check_v4(&front->listen[2], "0.0.0.0", 1);
	assert_string_equal(front->cert_file, "cert.pem");
	assert_string_equal(front->key_file, "key.pem");
	assert_string_equal(front->server.text, "::1@5310");
	check_v6(&(const struct address){ .socket = front->server.socket,
			 .size = front->server.size },
		"::1", 5310);
	assert_true(front->proxy == CONF_PROXY_ON);
	assert_int_equal(front->idle_timeout_s, 300);
	assert_int_equal(front->pass, CONF_PASS_NOTIFY | CONF_PASS_UPDATE | CONF_PASS_ANY);
	assert_int_equal(front->usages,
		DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE);
	assert_string_equal(front->ca_file, "ca.pem");
	assert_true(front->require_name);
	conf_free(conf);
}

static void a_front_without_proxy_speaks_from_loopback(void **state)
{
	(void)state;
	struct conf *conf =
		parse("identity:\n"
		      "  - id: a\n    name: a.example\n    address: 127.1.2.3\n" FRONT
		      "    proxy: off\n"
		      "    usage: dane-ta\n");
	assert_false(conf->fronts[0].proxy);
	assert_int_equal(conf->fronts[0].usages, DANCE_DANE_TA);
	conf_free(conf);
	conf = parse("identity:\n"
		     "  - id: a\n    name: a.example\n    address: ::1\n"
		     "front:\n  - id: f\n    listen: ::\n    key-file: k\n    server: ::1@53\n"
		     "    proxy: false\n");
	assert_false(conf->fronts[0].proxy);
	conf_free(conf);
}

static void a_front_for_streams_is_read(void **state)
{
	(void)state;
	struct conf *conf = parse(STREAM "    alpn: [ mqtt, \"x/ y\" ]\n    alpn: a\n"
					 "    proxy: tls\n    recheck: off\n"
					 "    idle-timeout: 1h\n");
	const struct conf_front *front = &conf->fronts[0];
	assert_int_equal(front->mode, CONF_MODE_STREAM);
	assert_int_equal(front->listen_count, 2);
	check_v4(&front->listen[0], "192.0.2.1", 8883);
	check_v6(&front->listen[1], "2001:db8::1", 443);
	assert_int_equal(front->alpn_count, 3);
	assert_string_equal(front->alpn[0], "mqtt");
	assert_string_equal(front->alpn[1], "x/ y");
	assert_string_equal(front->alpn[2], "a");
	assert_true(endpoint_is_path(&front->server));
	assert_string_equal(front->server.text, "/run/dance-mqtt/broker.sock");
	assert_true(front->proxy == CONF_PROXY_TLS);
	assert_false(front->source_identity);
	assert_false(front->recheck);
	assert_int_equal(front->idle_timeout_s, 3600);
	assert_int_equal(front->pass, 0);
	assert_int_equal(front->identities[0]->address.size, 0);
	conf_free(conf);
}

static void proxy_has_old_words_and_a_new_one(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		enum conf_proxy proxy;
	} rows[] = { { "off", CONF_PROXY_OFF }, { "false", CONF_PROXY_OFF },
		{ "Off", CONF_PROXY_OFF }, { "on", CONF_PROXY_ON },
		{ "true", CONF_PROXY_ON }, { "ON", CONF_PROXY_ON },
		{ "tls", CONF_PROXY_TLS } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[1024];
		snprintf(text, sizeof(text), STREAM "    proxy: %s\n", rows[i].word);
		struct conf *conf = parse(text);
		check_true(rows[i].word, conf->fronts[0].proxy == rows[i].proxy);
		conf_free(conf);
	}
}

/* Those that it names, in its order; else all. An identity may follow the front that names
 * it. */
static void a_front_has_its_identities(void **state)
{
	(void)state;
	struct conf *conf = parse("front:\n"
				  "  - id: some\n    listen: 192.0.2.1\n    key-file: k\n"
				  "    server: 127.0.0.1@5310\n"
				  "    identity: [ c, a ]\n    identity: d\n"
				  "  - id: every\n    listen: 192.0.2.2\n    key-file: k\n"
				  "    server: 127.0.0.1@5310\n"
				  "  - id: one\n    listen: 192.0.2.3\n    key-file: k\n"
				  "    server: 127.0.0.1@5310\n    identity: c\n"
				  "identity:\n"
				  "  - id: d\n    name: d.example\n    address: 192.0.2.4\n"
				  "  - id: a\n    name: a.example\n    address: 192.0.2.5\n"
				  "  - id: c\n    name: c.example\n    address: 192.0.2.6\n"
				  "  - id: b\n    name: b.example\n    address: 192.0.2.7\n");
	static const char *const wanted[] = { "cad", "dacb", "c" };
	assert_int_equal(conf->front_count, ROWS(wanted));
	for (size_t i = 0; i < ROWS(wanted); i++) {
		const struct conf_front *front = &conf->fronts[i];
		check_true(wanted[i], front->identity_count == strlen(wanted[i]));
		for (size_t j = 0; j < front->identity_count; j++) {
			check_true(wanted[i], front->identities[j]->id[0] == wanted[i][j]);
			check_true(wanted[i],
				front->identities[j] >= conf->identities &&
					front->identities[j] < conf->identities + 4);
		}
	}
	conf_free(conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_front_is_read),
		cmocka_unit_test(a_front_for_streams_is_read),
		cmocka_unit_test(proxy_has_old_words_and_a_new_one),
		cmocka_unit_test(a_front_without_proxy_speaks_from_loopback),
		cmocka_unit_test(a_front_has_its_identities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
