/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a runtime asks of libdance, of libdance-openssl and of OpenSSL when it starts, for each of
 * its sections: every option, and what comes of a failure. */

#include "check.h"
#include "alpn.h"
#include "dance_openssl.h"
#include "dns_context.h"
#include "keypair.h"
#include "runtime.h"
#include "stream.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/test_front_runtime_start.XXXXXX";
static char key_path[64], ca_path[64];

static char said[2048];     /* a line for each call */
static const char *failing; /* the first word of the one that fails */

static void say(const char *text)
{
	strcat(said, text);
	strcat(said, "\n");
}

static bool fails(const char *what)
{
	return failing != NULL && strcmp(failing, what) == 0;
}

/* --- who is asked ------------------------------------------------------------------------ */

static char context, roster; /* whose addresses are those of all */

struct dance_context *__wrap_shared_context_get(const struct shared_context_user *user);
struct dance_context *__wrap_shared_context_get(const struct shared_context_user *user)
{
	assert_non_null(user);
	return (struct dance_context *)(void *)&context;
}

bool __wrap_dns_context_join(struct shared_context_user *user,
	const struct conf_common *conf, unsigned max_waiting);
bool __wrap_dns_context_join(struct shared_context_user *user,
	const struct conf_common *conf, unsigned max_waiting)
{
	char line[64];
	(void)user;
	snprintf(line, sizeof(line), "context stale %u waiting %u", conf->max_stale_s,
		max_waiting);
	say(line);
	return !fails("context");
}

struct dance_roster *__wrap_dance_roster_new(struct dance_context *of,
	const char *const *names, size_t count, const struct dance_options *options,
	char error[DANCE_ERROR_SIZE]);
struct dance_roster *__wrap_dance_roster_new(struct dance_context *of,
	const char *const *names, size_t count, const struct dance_options *options,
	char error[DANCE_ERROR_SIZE])
{
	char line[256];
	assert_ptr_equal(of, &context);
	assert_int_equal(options->size, sizeof(*options));
	assert_int_equal(options->at, 0);
	int at = snprintf(line, sizeof(line),
		"roster %s usages %u trust %d timeout %u stale %u",
		options->role == DANCE_SERVER ? "server" : "client", options->usages,
		options->trust != NULL, options->timeout_ms, options->max_stale_s);
	for (size_t i = 0; i < options->within_count; i++) {
		at += snprintf(line + at, sizeof(line) - (size_t)at, " within %s",
			options->within[i]);
	}
	for (size_t i = 0; i < count; i++) {
		at += snprintf(line + at, sizeof(line) - (size_t)at, " %s", names[i]);
	}
	say(line);
	snprintf(error, DANCE_ERROR_SIZE, "no such roster");
	return fails("roster") ? NULL : (struct dance_roster *)(void *)&roster;
}

void __wrap_dance_roster_free(struct dance_roster *freed);
void __wrap_dance_roster_free(struct dance_roster *freed)
{
	assert_true(freed == NULL || (void *)freed == &roster);
}

static const char *or_none(const char *text)
{
	return text != NULL ? text : "-";
}

static bool arm(const char *what, const struct dance_openssl_options *options, bool raw)
{
	char line[256];
	assert_int_equal(options->size, sizeof(*options));
	assert_ptr_equal(options->roster, &roster);
	assert_null(options->server_key);
	snprintf(line, sizeof(line), "%s %u alpn %s %d name %s %d of %s pkix %s raw %d",
		what, options->extension, or_none(options->alpn), options->need_alpn,
		or_none(options->name), options->need_name, or_none(options->server_name),
		or_none(options->pkix_host), raw);
	say(line);
	if (fails(what)) {
		ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
	}
	return !fails(what);
}

bool __wrap_dance_openssl_arm_server(SSL_CTX *ctx,
	const struct dance_openssl_options *options);
bool __wrap_dance_openssl_arm_server(SSL_CTX *ctx,
	const struct dance_openssl_options *options)
{
	assert_non_null(ctx);
	return arm("server", options, false);
}

bool __wrap_dance_openssl_arm_client(SSL_CTX *ctx,
	const struct dance_openssl_options *options, bool raw_key);
bool __wrap_dance_openssl_arm_client(SSL_CTX *ctx,
	const struct dance_openssl_options *options, bool raw_key)
{
	assert_non_null(ctx);
	return arm("client", options, raw_key);
}

void __wrap_alpn_choose_from(SSL_CTX *tls, const struct conf_front *conf);
void __wrap_alpn_choose_from(SSL_CTX *tls, const struct conf_front *conf)
{
	assert_non_null(tls);
	assert_non_null(conf);
	say("choose");
}

void __wrap_SSL_CTX_set_default_read_buffer_len(SSL_CTX *ctx, size_t size);
void __wrap_SSL_CTX_set_default_read_buffer_len(SSL_CTX *ctx, size_t size)
{
	assert_non_null(ctx);
	assert_int_equal(size, STREAM_READ_AHEAD);
	say("read ahead");
}

/* --- the configurations ------------------------------------------------------------------ */

static int make(void **state)
{
	(void)state;
	char error[256];
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(key_path, sizeof(key_path), "%s/key.pem", folder);
	snprintf(ca_path, sizeof(ca_path), "%s/ca.pem", folder);
	FILE *file = fopen(key_path, "w");
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	EVP_PKEY_free(key);
	file = fopen(ca_path, "w");
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	assert_true(keypair_load(ctx, NULL, key_path, error, sizeof(error)));
	assert_int_equal(PEM_write_X509(file, SSL_CTX_get0_certificate(ctx)), 1);
	fclose(file);
	SSL_CTX_free(ctx);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	unlink(key_path);
	unlink(ca_path);
	return rmdir(folder);
}

static int end(void **state)
{
	(void)state;
	failing = NULL;
	said[0] = '\0';
	return 0;
}

/* Of a front and a client with these lines; and with `ca-file` if they rely on one. */
static struct runtime *runtime_of(const char *server, const char *front, bool front_ca,
	const char *client, bool client_ca)
{
	char text[4096], front_line[96] = "", client_line[96] = "", error[CONF_ERROR_SIZE];
	if (front_ca) {
		snprintf(front_line, sizeof(front_line), "    ca-file: %s\n", ca_path);
	}
	if (client_ca) {
		snprintf(client_line, sizeof(client_line), "    ca-file: %s\n", ca_path);
	}
	snprintf(text, sizeof(text),
		"server:\n    max-handshakes: 3\n%s"
		"dns:\n    timeout: 250\n    max-stale: 77\n"
		"identity:\n"
		"  - id: a\n    name: a.example\n    address: 192.0.2.1\n"
		"  - id: b\n    name: b.example\n    address: 192.0.2.2\n"
		"  - id: l\n    name: \"@list.example\"\n    address: 192.0.2.4\n"
		"front:\n  - id: in\n    listen: 127.0.0.1@1\n    server: 127.0.0.1@9\n"
		"    key-file: %s\n    identity: [ b, %s ]\n%s%s"
		"client:\n  - id: out\n    listen: 127.0.0.1@2\n    primary: 192.0.2.3\n"
		"    name: primary.example\n    key-file: %s\n%s%s",
		server, key_path, strstr(front, "client-within") != NULL ? "l" : "a", front,
		front_line, key_path, client, client_line);
	struct conf *conf = conf_parse("test.conf", text, strlen(text), error);
	struct runtime *runtime = conf != NULL ? runtime_new(conf, error) : NULL;
	if (runtime == NULL) {
		fail_msg("%s", error);
	}
	return runtime;
}

#define OWNER "_853._tcp.primary.example"
#define CONTEXT "context stale 77 waiting 7\n"
#define FRONT_ROSTER \
	"roster client usages 12 trust 0 timeout 250 stale 77 b.example a.example\n"
#define FRONT "server 65346 alpn dot 1 name - 0 of - pkix - raw 0\n"
#define CLIENT_ROSTER "roster server usages 12 trust 0 timeout 250 stale 77 " OWNER "\n"
#define CLIENT "client 65346 alpn dot 0 name - 0 of " OWNER " pkix - raw 0\n"

static void every_option_is_passed_on(void **state)
{
	(void)state;
	static const struct {
		const char *server, *front;
		bool front_ca;
		const char *client;
		bool client_ca;
		const char *said;
	} rows[] = {
		{ "    max-connections: 15\n", "", false, "", false,
			CONTEXT FRONT_ROSTER FRONT CLIENT_ROSTER CLIENT },
		{ "    max-connections: 4\n    extension: 65000\n",
			"    usage: [ dane-ee, pkix-ee ]\n    require-name: on\n"
			"    client-within: [ one.example, two.example ]\n"
			"    pass: [ transfer, any ]\n",
			true, "    raw-key: on\n    client-name: c.example\n", true,
			"context stale 77 waiting 3\n"
			"roster client usages 10 trust 1 timeout 250 stale 77 within "
			"one.example within two.example b.example @list.example\n"
			"server 65000 alpn dot 0 name - 1 of - pkix - raw 0\n"
			"roster server usages 15 trust 1 timeout 250 stale 77 " OWNER "\n"
			"client 65000 alpn dot 0 name c.example 0 of " OWNER
			" pkix primary.example raw 1\n" },
		{ "    max-connections: 14\n", "    pass: [ notify, update ]\n", false, "",
			false, CONTEXT FRONT_ROSTER FRONT CLIENT_ROSTER CLIENT },
		{ "    max-connections: 14\n", "    mode: stream\n", false, "", false,
			CONTEXT FRONT_ROSTER
			"server 65346 alpn - 0 name - 0 of - pkix - raw 0\n"
			"choose\nread ahead\n" CLIENT_ROSTER CLIENT },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE] = "";
		struct runtime *runtime = runtime_of(rows[i].server, rows[i].front,
			rows[i].front_ca, rows[i].client, rows[i].client_ca);
		said[0] = '\0';
		check_true(error, runtime_start(runtime, NULL, error));
		assert_string_equal(said, rows[i].said);
		assert_ptr_equal(runtime->fronts[0].roster, &roster);
		assert_ptr_equal(runtime->clients[0].roster, &roster);
		runtime_release(runtime);
	}
}

/* Nothing is begun after it. */
static void a_failure_ends_the_start(void **state)
{
	(void)state;
	static const struct {
		const char *failing, *said, *error;
	} rows[] = {
		{ "context", CONTEXT, "out of memory" },
		{ "roster", CONTEXT FRONT_ROSTER, "front in: no such roster" },
		{ "server", CONTEXT FRONT_ROSTER FRONT, "front in: cannot set up OpenSSL" },
		{ "client", CONTEXT FRONT_ROSTER FRONT CLIENT_ROSTER CLIENT,
			"client out: cannot set up OpenSSL" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE] = "";
		struct runtime *runtime = runtime_of("    max-connections: 14\n", "", false,
			"", false);
		said[0] = '\0';
		failing = rows[i].failing;
		assert_false(runtime_start(runtime, NULL, error));
		failing = NULL;
		assert_string_equal(said, rows[i].said);
		assert_string_equal(error, rows[i].error);
		check_true(rows[i].failing, ERR_peek_error() == 0);
		runtime_release(runtime);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_option_is_passed_on, end),
		cmocka_unit_test_teardown(a_failure_ends_the_start, end),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
