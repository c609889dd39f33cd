/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which files and servers dance-front's audit looks at, and what it says of them. What other users
 * can do there is made up here. */

#include "audit.h"
#include "check.h"
#include "privilege.h"
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NOW 5000
#define CONNECTING 7 /* the socket of stream_connect() */

static char said[4096];
static const char *unit_user; /* who the service runs as, if the file does not say */
static int connected;         /* what becomes of the connection of another user */
static bool reaches = true;   /* there is something to connect to */
static char dropped[64];      /* the user that we have become */
static bool stays;            /* or not */

static void note(const char *line)
{
	strcat(strcat(said, line), "\n");
}

void __wrap_findings_choose_user(struct findings *findings, const char *configured,
	const char *user);
void __wrap_findings_choose_user(struct findings *findings, const char *configured,
	const char *user)
{
	assert_string_equal(user, "dance-front");
	findings->user = configured != NULL ? configured : unit_user;
}

/* None of them can be read. */
void __wrap_findings_file(struct findings *findings, const char *file);
void __wrap_findings_file(struct findings *findings, const char *file)
{
	if (file != NULL) {
		char line[256];
		snprintf(line, sizeof(line), "%s cannot read %s", findings->user, file);
		findings->say(line);
		findings->count++;
	}
}

void __wrap_findings_key(struct findings *findings, const char *file);
void __wrap_findings_key(struct findings *findings, const char *file)
{
	char line[256];
	snprintf(line, sizeof(line), "secret %s", file);
	findings->say(line);
	findings->count++;
}

bool __wrap_findings_all_can(bool (*try)(const void *arg), const void *arg);
bool __wrap_findings_all_can(bool (*try)(const void *arg), const void *arg)
{
	return try(arg);
}

void __wrap_findings_socket(struct findings *findings, struct log_line *line,
	const struct endpoint *at);
void __wrap_findings_socket(struct findings *findings, struct log_line *line,
	const struct endpoint *at)
{
	if (endpoint_is_path(at)) {
		findings_add(findings, line, "socket");
	}
}

int64_t __wrap_monotonic_ms(void);
int64_t __wrap_monotonic_ms(void)
{
	return NOW;
}

int __wrap_stream_connect(const struct sockaddr *to, socklen_t to_size,
	const struct sockaddr *from, socklen_t from_size);
int __wrap_stream_connect(const struct sockaddr *to, socklen_t to_size,
	const struct sockaddr *from, socklen_t from_size)
{
	assert_non_null(to);
	assert_true(to_size > 0);
	assert_null(from);
	assert_int_equal(from_size, 0);
	return reaches ? CONNECTING : -1;
}

int __wrap_stream_connected(int fd, int64_t deadline);
int __wrap_stream_connected(int fd, int64_t deadline)
{
	assert_int_equal(fd, CONNECTING);
	assert_int_equal(deadline, NOW + 1000);
	return connected;
}

bool __wrap_privilege_drop(const char *user, char error[CONF_ERROR_SIZE]);
bool __wrap_privilege_drop(const char *user, char error[CONF_ERROR_SIZE])
{
	snprintf(dropped, sizeof(dropped), "%s", user);
	snprintf(error, CONF_ERROR_SIZE, "%s", stays ? "stays" : "");
	return !stays;
}

static int begin(void **state)
{
	(void)state;
	said[0] = dropped[0] = '\0';
	unit_user = NULL;
	connected = ECONNREFUSED;
	reaches = true;
	stays = false;
	return 0;
}

static char id[] = "mqtt", user[] = "dance", anchor[] = "anchor", hints[] = "hints",
	    front_key[] = "front.key", front_certificate[] = "front.pem",
	    front_ca[] = "front.ca", client_key[] = "client.key",
	    client_certificate[] = "client.pem", client_ca[] = "client.ca",
	    token[] = "pkcs11:token=hsm;object=k?pin-source=file:/etc/pin",
	    in_token[] = "pkcs11:token=hsm;object=c", uri[] = "file:/etc/key.pem",
	    with_pin[] = "pkcs11:object=k?pin-value=123456";

static void each_file_that_a_reload_reads_is_tried(void **state)
{
	(void)state;
	struct conf_front fronts[] = {
		{ .id = id,
			.key_file = front_key,
			.cert_file = front_certificate,
			.ca_file = front_ca },
		{ .id = id, .key_file = token, .cert_file = in_token },
	};
	struct conf_client clients[] = {
		{ .key_file = client_key,
			.cert_file = client_certificate,
			.ca_file = client_ca },
		{ .key_file = uri },
	};
	const struct conf conf = {
		.common = { .user = user, .trust_anchor = anchor, .root_hints = hints },
		.fronts = fronts,
		.front_count = 2,
		.clients = clients,
		.client_count = 2
	};
	assert_null(endpoint_read(&fronts[0].server, "127.0.0.1@53"));
	assert_null(endpoint_read(&fronts[1].server, "::1@53"));
	assert_int_equal(audit(&conf, "dance-front.conf", note), 15);
	assert_string_equal(said,
		"secret front.key\n"
		"secret /etc/pin\n"
		"secret client.key\n"
		"secret /etc/key.pem\n"
		"dance cannot read dance-front.conf\n"
		"dance cannot read anchor\n"
		"dance cannot read hints\n"
		"dance cannot read front.key\n"
		"dance cannot read front.pem\n"
		"dance cannot read front.ca\n"
		"dance cannot read /etc/pin\n"
		"dance cannot read client.key\n"
		"dance cannot read client.pem\n"
		"dance cannot read client.ca\n"
		"dance cannot read /etc/key.pem\n");
}

static void a_pin_stays_out_of_the_configuration(void **state)
{
	(void)state;
	struct conf_front front = { .id = id, .key_file = with_pin };
	struct conf_client client = { .key_file = with_pin };
	const struct conf fronts = { .fronts = &front, .front_count = 1 };
	const struct conf clients = { .clients = &client, .client_count = 1 };
	const struct conf *const both[] = { &fronts, &clients };
	for (size_t i = 0; i < ROWS(both); i++) {
		said[0] = '\0';
		assert_int_equal(audit_keys(both[i], note), 1);
		assert_string_equal(said,
			"PIN in the configuration, key-file pkcs11:object=k?pin-value=***; do: "
			"move the PIN to a file of its own, and name that with pin-source\n");
	}
}

static void what_is_on_other_hosts_is_said_with_the_rest(void **state)
{
	(void)state;
	struct conf_front front = {
		.id = id, .key_file = front_key, .proxy = CONF_PROXY_TLS
	};
	struct conf conf = { .fronts = &front, .front_count = 1 };
	assert_null(endpoint_read(&front.server, "192.0.2.9@1883"));
	assert_null(endpoint_read(&conf.common.metrics, "192.0.2.1@9100"));
	unit_user = "dance-front";
	assert_int_equal(audit(&conf, "f", note), 5);
	assert_string_equal(said,
		"secret front.key\n"
		"front mqtt, server not on loopback, server 192.0.2.9@1883 (any host that can "
		"connect to it can send a header with the name of any client); do: move it to "
		"loopback or a UNIX socket, or let a packet filter admit this host only\n"
		"metrics not on loopback, address 192.0.2.1@9100 (any host that can connect to "
		"it can read the names of clients); do: move 'metrics' to loopback or a UNIX "
		"socket, or let a packet filter admit the scraper only\n"
		"dance-front cannot read f\n"
		"dance-front cannot read front.key\n");
}

#define IMPERSONATE "they can impersonate any identity there"
#define STRANGERS "they are not authenticated there"
#define FILTER "keep them off with a packet filter (doc/samples/nftables.conf)"

static void a_server_is_not_for_all_users(void **state)
{
	(void)state;
	static const struct {
		const char *server;
		enum conf_proxy proxy;
		bool source_identity;
		const char *why, *advice;
	} rows[] = {
		{ "127.0.0.1@1883", CONF_PROXY_OFF, false, STRANGERS, FILTER },
		{ "127.0.0.1@1883", CONF_PROXY_OFF, true, IMPERSONATE, FILTER },
		{ "127.0.0.1@1883", CONF_PROXY_ON, false, IMPERSONATE, FILTER },
		{ "127.0.0.1@1883", CONF_PROXY_TLS, false, IMPERSONATE, FILTER },
		{ "/run/broker", CONF_PROXY_OFF, false, STRANGERS,
			"keep them off by the socket's group and mode" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct conf_front front = { .id = id,
			.key_file = front_key,
			.proxy = rows[i].proxy,
			.source_identity = rows[i].source_identity };
		const struct conf conf = { .fronts = &front, .front_count = 1 };
		assert_null(endpoint_read(&front.server, rows[i].server));
		bool path = endpoint_is_path(&front.server);
		char open[512], wanted[1024];
		snprintf(open, sizeof(open),
			"front mqtt, server open to all users, server %s (%s); do: %s\n",
			rows[i].server, rows[i].why, rows[i].advice);
		for (unsigned can = 0; can < 3; can++) {
			reaches = can != 1;
			connected = can == 0 ? 0 : ECONNREFUSED;
			snprintf(wanted, sizeof(wanted),
				"secret front.key\n(null) cannot read f\n"
				"(null) cannot read front.key\n%s%s%s%s",
				can == 0 ? open : "",
				path ? "front mqtt, server can be impersonated by all users, "
				       "server " :
				       "",
				path ? rows[i].server : "", path ? "; do: socket\n" : "");
			said[0] = '\0';
			assert_int_equal(audit(&conf, "f", note), 3 + (can == 0) + path);
			assert_string_equal(said, wanted);
		}
	}
}

static void a_store_is_opened_by_the_services_user(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE] = "";
	struct conf conf = { .common = { .user = NULL } };
	assert_true(audit_become_user(&conf, error));
	assert_string_equal(dropped, "");
	unit_user = "dance-front";
	assert_true(audit_become_user(&conf, error));
	assert_string_equal(dropped, "dance-front");
	conf.common.user = user;
	assert_true(audit_become_user(&conf, error));
	assert_string_equal(dropped, "dance");
	stays = true;
	assert_false(audit_become_user(&conf, error));
	assert_string_equal(error, "stays");
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_file_that_a_reload_reads_is_tried),
		ONE(a_pin_stays_out_of_the_configuration),
		ONE(what_is_on_other_hosts_is_said_with_the_rest),
		ONE(a_server_is_not_for_all_users),
		ONE(a_store_is_opened_by_the_services_user),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
