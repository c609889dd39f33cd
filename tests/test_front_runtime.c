/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is made of a configuration: key pairs, rosters, what runtimes share after a
 * reload, and that nothing is lost when memory runs out. */

#include "check.h"
#include "fail.h"
#include "keypair.h"
#include "log.h"
#include "runtime.h"
#include "scene.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OWNER "_853._tcp.primary.example"

static char folder[] = "/tmp/test_front_runtime.XXXXXX";
static char key_path[64], ca_path[64];

static bool write_pem(const char *path, bool certificate)
{
	char error[256];
	FILE *file = fopen(path, "w");
	bool written = false;
	if (file != NULL && !certificate) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		written = PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
		EVP_PKEY_free(key);
	} else if (file != NULL) {
		SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
		written = keypair_load(ctx, NULL, key_path, error, sizeof(error)) &&
			PEM_write_X509(file, SSL_CTX_get0_certificate(ctx)) == 1;
		SSL_CTX_free(ctx);
	}
	return file != NULL && fclose(file) == 0 && written;
}

static int make(void **state)
{
	(void)state;
	log_set(false, LEVEL_ERROR);
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(key_path, sizeof(key_path), "%s/key.pem", folder);
	snprintf(ca_path, sizeof(ca_path), "%s/ca.pem", folder);
	return write_pem(key_path, false) && write_pem(ca_path, true) ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	unlink(key_path);
	unlink(ca_path);
	return rmdir(folder);
}

static int begin(void **state)
{
	int wrong = scene_begin(state);
	answer("a.example", RESOLVER_DENIED, 3600, "");
	answer("b.example", RESOLVER_DENIED, 3600, "");
	answer(OWNER, RESOLVER_DENIED, 3600, "");
	return wrong;
}

/* What may differ from one configuration to the next. */
struct change {
	const char *server, *dns, *client; /* lines to add */
	const char *key, *ca;              /* files; NULL: ours */
	bool one_primary;
};

static struct conf *conf_of(const struct change *change)
{
	char text[4096], error[CONF_ERROR_SIZE];
	const char *key = change->key != NULL ? change->key : key_path;
	const char *ca = change->ca != NULL ? change->ca : ca_path;
	snprintf(text, sizeof(text),
		"server:\n    max-connections: 9\n%s"
		"dns:\n    timeout: 20\n%s"
		"identity:\n"
		"  - id: a\n    name: a.example\n    address: 192.0.2.1\n"
		"  - id: b\n    name: b.example\n    address: 192.0.2.2\n"
		"front:\n  - id: xot\n    listen: 127.0.0.1@1\n    key-file: %s\n"
		"    server: 127.0.0.1@9\n    identity: b\n    usage: [ dane-ee, pkix-ee ]\n"
		"    ca-file: %s\n"
		"client:\n  - id: out\n    listen: 127.0.0.1@2\n"
		"    primary: [ 192.0.2.3%s ]\n    name: primary.example\n"
		"    key-file: %s\n    ca-file: %s\n%s",
		change->server != NULL ? change->server : "",
		change->dns != NULL ? change->dns : "", key, ca,
		change->one_primary ? "" : ", 192.0.2.4", key, ca,
		change->client != NULL ? change->client : "");
	struct conf *conf = conf_parse("test.conf", text, strlen(text), error);
	if (conf == NULL) {
		fail_msg("%s", error);
	}
	return conf;
}

static struct runtime *runtime_of(const struct change *change, const struct runtime *old)
{
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = runtime_new(conf_of(change), error);
	if (runtime == NULL || !runtime_start(runtime, old, error)) {
		fail_msg("%s", error);
	}
	fake_resolver_settle();
	return runtime;
}

static void each_section_gets_what_it_needs(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	struct runtime *runtime = runtime_new(conf_of(&(struct change){ 0 }), error);
	assert_non_null(runtime);
	struct front *front = runtime_front(runtime, "xot");
	struct client *client = runtime_client(runtime, "out");
	assert_non_null(front);
	assert_non_null(client);
	assert_null(runtime_front(runtime, "out"));
	assert_null(runtime_client(runtime, "xot"));
	assert_string_equal(client->owner, OWNER); /* RFC 6698 3 */
	assert_non_null(SSL_CTX_get0_certificate(front->tls));
	assert_non_null(SSL_CTX_get0_certificate(client->tls));
	assert_non_null(front->trust);
	assert_non_null(client->trust);
	assert_null(identity_map_find(front->identities, "a.example"));
	assert_string_equal(identity_map_find(front->identities, "b.example")->id, "b");
	/* DNS is not asked before privileges are dropped. */
	assert_null(front->roster);
	assert_null(client->roster);
	assert_int_equal(fake_resolver_asked_all(), 0);

	assert_true(runtime_start(runtime, NULL, error));
	fake_resolver_settle();
	assert_non_null(front->roster);
	assert_non_null(client->roster);
	assert_int_equal(fake_resolver_asked("a.example"), 0);
	assert_int_equal(fake_resolver_asked("b.example"), 1);
	assert_int_equal(fake_resolver_asked(OWNER), 1);
	runtime_release(runtime);
	runtime_release(NULL);
}

static void what_is_wrong_is_told_with_its_section(void **state)
{
	(void)state;
	const struct {
		struct change change;
		const char *what;
	} rows[] = {
		{ { .key = "/nowhere/key" }, "front xot: /nowhere/key: No such file" },
		{ { .key = ca_path }, "front xot: " },
		{ { .ca = "/nowhere/ca" }, "front xot: " },
		{ { .client = "    cert-file: /nowhere/cert\n" },
			"client out: /nowhere/cert: it contains no readable PEM certificate" },
		/* key_share (RFC 8446 4.2) */
		{ { .server = "    extension: 51\n" },
			"server: 'extension' is 51, the number of another extension" },
		{ { .ca = key_path }, "front xot: " },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE] = "";
		struct conf *conf = conf_of(&rows[i].change); /* which is freed in any case */
		struct runtime *runtime = runtime_new(conf, error);
		check_true(rows[i].what, runtime == NULL);
		if (strncmp(error, rows[i].what, strlen(rows[i].what)) != 0) {
			fail_msg("'%s' does not begin with '%s'", error, rows[i].what);
		}
		check_true(error, strlen(error) > strlen("front xot: "));
		check_true(rows[i].what, ERR_peek_error() == 0);
	}
}

static void a_reload_keeps_what_dns_said(void **state)
{
	(void)state;
	struct runtime *first = runtime_of(&(struct change){ 0 }, NULL);
	struct runtime *second = runtime_of(&(struct change){ .one_primary = true }, first);
	assert_ptr_equal(shared_context_get(&first->context),
		shared_context_get(&second->context));
	runtime_release(first);
	struct runtime *third = runtime_of(&(struct change){ 0 }, second);
	assert_int_equal(fake_resolver_asked("b.example"), 1);
	assert_int_equal(fake_resolver_asked(OWNER), 1);

	/* Another way to look up is another matter. */
	struct runtime *other =
		runtime_of(&(struct change){ .dns = "    resolver: 192.0.2.53\n" }, third);
	assert_ptr_not_equal(shared_context_get(&other->context),
		shared_context_get(&third->context));
	assert_int_equal(fake_resolver_asked("b.example"), 2);
	runtime_release(second);
	runtime_release(third);
	runtime_release(other);
}

static void a_reload_keeps_which_primary_answered(void **state)
{
	(void)state;
	struct runtime *first = runtime_of(&(struct change){ 0 }, NULL);
	assert_int_equal(runtime_client(first, "out")->best, 0);
	runtime_client(first, "out")->best = 1;
	struct runtime *second = runtime_of(&(struct change){ 0 }, first);
	assert_int_equal(runtime_client(second, "out")->best, 1);
	struct runtime *fewer = runtime_of(&(struct change){ .one_primary = true }, second);
	assert_int_equal(runtime_client(fewer, "out")->best, 0);
	runtime_release(first);
	runtime_release(second);
	runtime_release(fewer);
}

static void the_old_one_stays_as_long_as_it_is_used(void **state)
{
	(void)state;
	long before = fail_blocks();
	struct runtime *first = runtime_of(&(struct change){ 0 }, NULL);
	runtime_install(first);
	struct runtime *mine = runtime_current();
	assert_ptr_equal(mine, first);
	long with_one = fail_blocks();
	struct runtime *second = runtime_of(&(struct change){ 0 }, first);
	runtime_install(second);
	struct runtime *other = runtime_current();
	assert_ptr_equal(other, second);
	runtime_release(other);
	assert_string_equal(runtime_front(mine, "xot")->conf->id, "xot");
	assert_true(fail_blocks() > with_one);
	runtime_release(mine);
	fake_resolver_settle();
	assert_true(fail_blocks() <= with_one); /* only the second is left */
	runtime_install(NULL);
	assert_int_equal(fail_blocks(), before);
}

/* False when the call chosen was beyond the last one. */
static bool start_failing(unsigned n, bool from_then_on, unsigned *refused)
{
	char error[CONF_ERROR_SIZE] = "";
	struct conf *conf = conf_of(&(struct change){ 0 });
	fail_at(n, FAIL_HERE, from_then_on);
	struct runtime *runtime = runtime_new(conf, error);
	bool started = runtime != NULL && runtime_start(runtime, NULL, error);
	bool failed = fail_calls() >= n;
	fail_at(0, FAIL_HERE, false);
	if (started) {
		assert_non_null(runtime_front(runtime, "xot")->roster);
		assert_non_null(runtime_client(runtime, "out")->roster);
	} else {
		(*refused)++;
		if (!failed || error[0] == '\0') {
			fail_msg("call %u, %s: '%s'", n, fail_name(), error);
		}
	}
	runtime_release(runtime);
	return failed;
}

static void nothing_is_lost_out_of_memory(void **state)
{
	(void)state;
	unsigned refused = 0;
	start_failing(1000000, false, &refused); /* what is made once, is made now */
	assert_int_equal(refused, 0);
	for (int lasting = 0; lasting < 2; lasting++) {
		for (unsigned n = 1;; n++) {
			long before = fail_blocks();
			bool failed = start_failing(n, lasting == 1, &refused);
			if (fail_blocks() != before) {
				fail_msg("call %u, %s: %ld blocks lost", n, fail_name(),
					fail_blocks() - before);
			}
			if (!failed) {
				assert_true(n > 20);
				break;
			}
		}
	}
	assert_true(refused > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_section_gets_what_it_needs, begin,
			scene_end),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told_with_its_section,
			begin, scene_end),
		cmocka_unit_test_setup_teardown(a_reload_keeps_what_dns_said, begin,
			scene_end),
		cmocka_unit_test_setup_teardown(a_reload_keeps_which_primary_answered,
			begin, scene_end),
		cmocka_unit_test_setup_teardown(the_old_one_stays_as_long_as_it_is_used,
			begin, scene_end),
		cmocka_unit_test_setup_teardown(nothing_is_lost_out_of_memory, begin,
			scene_end),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
