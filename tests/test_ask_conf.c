/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-ask.conf: its values, its defaults, and what is wrong with it. */

#include "check.h"
#include "conf/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char error[CONF_ERROR_SIZE];

static struct conf *read_text(const char *text)
{
	return conf_parse("file", text, strlen(text), error);
}

static void values_go_where_they_belong(void **state)
{
	(void)state;
	struct conf *conf =
		read_text("server:\n"
			  "    user: dance-ask:postfix\n"
			  "    max-connections: 7\n"
			  "    idle-timeout: 2m\n"
			  "    request-timeout: 3\n"
			  "log:\n"
			  "    target: syslog\n"
			  "    level: debug\n"
			  "dns:\n"
			  "    trust-anchor: /etc/root.key\n"
			  "    resolver: [ 192.0.2.1, 2001:db8::1@5353 ]\n"
			  "    timeout: 700\n"
			  "    max-stale: 1h\n"
			  "    lookups-per-second: 7\n"
			  "    lookups-in-flight: 8\n"
			  "    remember: 9\n"
			  "ask:\n"
			  "  - id: relay\n"
			  "    listen: [ /run/ask, 127.0.0.1@9998 ]\n"
			  "    dialect: postfix\n"
			  "    client: [ _smtp-client.MTA.example.net., \"*.example.org\" ]\n"
			  "    claim: _smtp-client.\n"
			  "    tls: 1.2\n"
			  "    header: mx.example.org\n"
			  "  - id: table\n"
			  "    listen: \"::1@9998\"\n"
			  "    dialect: socketmap\n"
			  "    client: mta.example.net\n");
	assert_string_equal(error, "");
	assert_non_null(conf);
	assert_string_equal(conf->common.user, "dance-ask:postfix");
	assert_int_equal(conf->max_connections, 7);
	assert_int_equal(conf->idle_timeout_s, 120);
	assert_int_equal(conf->request_timeout_s, 3);
	assert_true(conf->common.log_syslog);
	assert_int_equal(conf->common.log_level, LEVEL_DEBUG);
	assert_string_equal(conf->common.trust_anchor, "/etc/root.key");
	assert_string_equal(conf->common.forwarders[1], "2001:db8::1@5353");
	assert_null(conf->common.forwarders[2]);
	assert_int_equal(conf->common.lookups_per_second, 7);
	assert_int_equal(conf->common.lookups_in_flight, 8);
	assert_int_equal(conf->common.remember, 9);
	assert_int_equal(conf->common.timeout_ms, 700);
	assert_int_equal(conf->common.max_stale_s, 3600);
	assert_int_equal(conf->ask_count, 2);
	const struct conf_ask *ask = &conf->asks[0];
	assert_string_equal(ask->id, "relay");
	assert_int_equal(ask->listen_count, 2);
	assert_string_equal(ask->listen[0].text, "/run/ask");
	assert_string_equal(ask->listen[1].text, "127.0.0.1@9998");
	assert_int_equal(ask->dialect, CONF_POSTFIX);
	assert_int_equal(ask->client_count, 2);
	assert_string_equal(ask->clients[0], "_smtp-client.mta.example.net");
	assert_string_equal(ask->clients[1], "*.example.org");
	assert_string_equal(ask->claim, "_smtp-client.");
	assert_int_equal(ask->tls, 2);
	assert_string_equal(ask->header, "mx.example.org");
	assert_int_equal(conf->asks[1].dialect, CONF_SOCKETMAP);
	assert_int_equal(conf->asks[1].tls, 3);
	conf_free(conf);
}

#define ASK(items) "ask:\n  - id: a\n" items
#define LISTEN "    listen: /run/a\n"
#define POSTFIX "    dialect: postfix\n"
#define SOCKETMAP "    dialect: socketmap\n"
#define LINE "    dialect: line\n"
#define CLIENT "    client: a.example\n"
#define PATTERN "    client: \"*.example\"\n"

static void defaults_hold(void **state)
{
	(void)state;
	struct conf *conf = read_text(ASK(LISTEN LINE PATTERN));
	assert_non_null(conf);
	assert_null(conf->common.user);
	assert_int_equal(conf->max_connections, 256);
	assert_int_equal(conf->idle_timeout_s, 3600);
	assert_int_equal(conf->request_timeout_s, 10);
	assert_int_equal(conf->common.log_level, LEVEL_INFO);
	assert_int_equal(conf->common.timeout_ms, 500);
	assert_int_equal(conf->asks[0].tls, 3);
	assert_null(conf->asks[0].claim);
	assert_null(conf->asks[0].header);
	conf_free(conf);
}

/* So many characters, and all that may be in one. */
static void an_id_has_a_bound(void **state)
{
	(void)state;
	static const char id[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	assert_int_equal(strlen(id), 63);
	for (unsigned more = 0; more < 2; more++) {
		char text[256], sentence[256];
		snprintf(text, sizeof(text), "ask:\n  - id: %s%s\n" LISTEN POSTFIX CLIENT,
			id, more == 1 ? "-" : "");
		snprintf(sentence, sizeof(sentence),
			"file:2: ask '%s-': an id has at most 63 characters", id);
		struct conf *conf = conf_parse("file", text, strlen(text), error);
		if (more == 0) {
			assert_non_null(conf);
			assert_string_equal(conf->asks[0].id, id);
		} else {
			assert_null(conf);
			assert_string_equal(error, sentence);
		}
		conf_free(conf);
	}
}

static void mistakes_are_told(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "file: there is no section 'ask'" },
		{ "front:\n", "file:1: there is no section 'front'" },
		{ ASK(POSTFIX CLIENT), "file: ask a: 'listen' is missing" },
		{ ASK(LISTEN CLIENT), "file: ask a: 'dialect' is missing" },
		{ ASK(LISTEN POSTFIX), "file: ask a: 'client' is missing" },
		{ ASK(LISTEN CLIENT "    dialect: milter\n"),
			"file:5: 'dialect' is 'milter', must be one of postfix, socketmap, line" },
		{ ASK("    listen: run/a\n" POSTFIX CLIENT),
			"file:3: 'listen' is 'run/a', must be the path of a socket, or "
			"ADDRESS@PORT" },
		{ ASK("    listen: 192.0.2.1@9998\n" POSTFIX CLIENT),
			"file: ask a: 'listen' must be a path, or an address in 127.0.0.0/8 or "
			"::1, not 192.0.2.1@9998" },
		{ ASK("    listen: [ /run/a, /run/a ]\n" POSTFIX CLIENT),
			"file: ask a: 'listen' is /run/a, but ask a already listens there" },
		{ ASK(LISTEN POSTFIX CLIENT) "  - id: b\n" LISTEN LINE CLIENT,
			"file: ask b: 'listen' is /run/a, but ask a already listens there" },
		{ ASK(LISTEN POSTFIX CLIENT) "  - id: a\n", "file:6: ask a: duplicate id" },
		{ ASK(LISTEN POSTFIX "    client: a..b\n"), "file:5: 'client' is" },
		{ ASK(LISTEN POSTFIX PATTERN),
			"file: ask a: 'client' with a pattern requires 'claim', like "
			"'_smtp-client.': the name of such a client comes from HELO" },
		{ ASK(LISTEN SOCKETMAP PATTERN),
			"file: ask a: 'client' must be a name, not a pattern: with dialect "
			"socketmap a client cannot say its name" },
		{ ASK(LISTEN SOCKETMAP CLIENT "    claim: a.\n"),
			"file: ask a: 'claim' has no effect in dialect socketmap, which has no "
			"HELO name" },
		{ ASK(LISTEN POSTFIX CLIENT "    claim: _smtp-client\n"),
			"file: ask a: 'claim' must end with a dot, like '_smtp-client.', not "
			"'_smtp-client'" },
		{ ASK(LISTEN POSTFIX CLIENT "    claim: a..\n"),
			"file: ask a: 'claim' is 'a..', which cannot begin a name" },
		{ ASK(LISTEN POSTFIX CLIENT "    claim: \"*.\"\n"),
			"file: ask a: 'claim' is '*.', which cannot begin a name" },
		{ ASK(LISTEN POSTFIX CLIENT "    client-within: example.net\n"),
			"file: ask a: 'client-within' requires a list in 'client', like "
			"\"@clients.example.net\"" },
		{ ASK(LISTEN POSTFIX "    client: \"@clients.example.net\"\n"
				     "    client-within: \"@example.net\"\n"),
			"file:6: 'client-within' is '@example.net', must be a name, not a list" },
		{ ASK(LISTEN POSTFIX CLIENT "    header: \"@mx\"\n"),
			"file: ask a: 'header' must be a host name, not '@mx'" },
		{ ASK(LISTEN POSTFIX CLIENT "    claim: \"@.\"\n"),
			"file: ask a: 'claim' is '@.', which cannot begin a name" },
		{ ASK(LISTEN POSTFIX CLIENT "    tls: 1.1\n"),
			"file:6: 'tls' is '1.1', must be one of 1.2, 1.3" },
		{ ASK(LISTEN LINE CLIENT "    header: mx\n"),
			"file: ask a: 'header' requires 'dialect: postfix'" },
		{ ASK(LISTEN POSTFIX CLIENT "    header: \"a; b\"\n"),
			"file: ask a: 'header' must be a host name, not 'a; b'" },
		{ "server:\n    user: \":a\"\n" ASK(LISTEN POSTFIX CLIENT),
			"file: server: 'user' must be a user, or 'user:group', not ':a'" },
		{ "server:\n    max-connections: 0\n", "file:2: 'max-connections' is '0'" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct conf *conf = read_text(rows[i].text);
		if (conf != NULL ||
			strncmp(error, rows[i].says, strlen(rows[i].says)) != 0) {
			fail_msg("'%s' is told of\n%s", conf != NULL ? "nothing" : error,
				rows[i].text);
		}
	}
}

static void a_list_is_a_client_of_any_dialect(void **state)
{
	(void)state;
	static const char *const texts[] = {
		ASK(LISTEN POSTFIX "    client: \"@Clients.example.net.\"\n"
				   "    client-within: [ Example.net., a.b ]\n"),
		ASK(LISTEN SOCKETMAP "    client: \"@clients.example.net\"\n"
				     "    client-within: [ example.net, a.b ]\n"),
	};
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct conf *conf = read_text(texts[i]);
		assert_non_null(conf);
		assert_string_equal(conf->asks[0].clients[0], "@clients.example.net");
		assert_int_equal(conf->asks[0].within_count, 2);
		assert_string_equal(conf->asks[0].within[0], "example.net");
		assert_string_equal(conf->asks[0].within[1], "a.b");
		conf_free(conf);
	}
}

static void a_file_is_read(void **state)
{
	(void)state;
	char path[] = "/tmp/dance-ask-conf-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	static const char text[] = ASK(LISTEN POSTFIX CLIENT);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	struct conf *conf = conf_read(path, error);
	unlink(path);
	assert_non_null(conf);
	conf_free(conf);
	assert_null(conf_read(path, error));
	assert_non_null(strstr(error, "cannot be read: No such file"));
	static char large[1024 * 1024 + 1];
	memset(large, '\n', sizeof(large));
	assert_null(conf_parse("file", large, sizeof(large), error));
	assert_string_equal(error, "file: larger than 1048576 octets");
	conf_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_go_where_they_belong),
		cmocka_unit_test(defaults_hold),
		cmocka_unit_test(an_id_has_a_bound),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(a_list_is_a_client_of_any_dialect),
		cmocka_unit_test(a_file_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
