/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a runtime makes of keys and certificates that a store has, here that of OpenSSL for files,
 * and of an OpenSSL that cannot be used; and which records count for a primary. */

#include "check.h"
#include "front_scene.h"
#include "key_store.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#define UNHEARD 99 /* OpenSSL has no sentence of it */

static int contexts_left = -1; /* that can be made; negative: all */
static int reason;             /* why not; 0: nobody says */

SSL_CTX *__real_SSL_CTX_new(const SSL_METHOD *method);
SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method);
SSL_CTX *__wrap_SSL_CTX_new(const SSL_METHOD *method)
{
	if (contexts_left < 0 || contexts_left-- > 0) {
		return __real_SSL_CTX_new(method);
	}
	contexts_left = 0;
	if (reason != 0) {
		ERR_raise(reason == UNHEARD ? ERR_LIB_USER + 5 : ERR_LIB_SSL, reason);
	}
	return NULL;
}

static int begin(void **state)
{
	contexts_left = -1;
	reason = 0;
	return front_scene_begin(state);
}

/* With these keys; the certificates may be NULL. */
static struct conf *conf_of(const char *front_key, const char *front_certificate,
	const char *client_key, const char *client_certificate)
{
	char text[2048], error[CONF_ERROR_SIZE];
	snprintf(text, sizeof(text),
		"identity:\n  - id: a\n    name: a.example\n    address: 192.0.2.1\n"
		"front:\n  - id: xot\n    listen: 127.0.0.1@1\n    server: 127.0.0.1@9\n"
		"    key-file: \"%s\"\n%s%s%s"
		"client:\n  - id: out\n    listen: 127.0.0.1@2\n    primary: 192.0.2.3\n"
		"    name: primary.example\n    key-file: \"%s\"\n%s%s%s",
		front_key, front_certificate != NULL ? "    cert-file: \"" : "",
		front_certificate != NULL ? front_certificate : "",
		front_certificate != NULL ? "\"\n" : "", client_key,
		client_certificate != NULL ? "    cert-file: \"" : "",
		client_certificate != NULL ? client_certificate : "",
		client_certificate != NULL ? "\"\n" : "");
	struct conf *conf = conf_parse("test.conf", text, strlen(text), error);
	if (conf == NULL) {
		fail_msg("%s", error);
	}
	return conf;
}

static void a_key_in_a_store_is_read_later(void **state)
{
	(void)state;
	const char *path = front_scene_key_file();
	char error[CONF_ERROR_SIZE], uri[128];
	snprintf(uri, sizeof(uri), "file:%s", path);
	const struct {
		const char *front_key, *client_key;
		bool front, client; /* it is in a store */
	} rows[] = { { path, path, false, false }, { uri, path, true, false },
		{ path, uri, false, true }, { uri, uri, true, true } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct runtime *runtime = runtime_new(conf_of(rows[i].front_key, NULL,
							      rows[i].client_key, NULL),
			error);
		assert_non_null(runtime);
		const SSL_CTX *front = runtime->fronts[0].tls;
		const SSL_CTX *client = runtime->clients[0].tls;
		assert_int_equal(runtime_has_stores(runtime),
			rows[i].front || rows[i].client);
		assert_int_equal(SSL_CTX_get0_certificate(front) == NULL, rows[i].front);
		assert_int_equal(SSL_CTX_get0_certificate(client) == NULL, rows[i].client);
		assert_true(runtime_open_stores(runtime, error));
		assert_non_null(SSL_CTX_get0_certificate(front));
		assert_non_null(SSL_CTX_get0_certificate(client));
		runtime_release(runtime);
	}
}

static void a_certificate_may_be_there_alone(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	const char *path = front_scene_key_file();
	for (int client = 0; client < 2; client++) {
		struct runtime *runtime =
			runtime_new(conf_of(path, client == 0 ? "file:/nowhere/cert" : NULL,
					    path, client == 1 ? "file:/nowhere/cert" : NULL),
				error);
		assert_non_null(runtime);
		assert_true(runtime_has_stores(runtime));
		assert_false(runtime_open_stores(runtime, error));
		const char *begins = client == 0 ? "front xot: file:/nowhere/cert" :
						   "client out: file:/nowhere/cert";
		if (strncmp(error, begins, strlen(begins)) != 0) {
			fail_msg("%s", error);
		}
		runtime_release(runtime);
	}
}

static void a_store_that_has_no_key_is_named(void **state)
{
	(void)state;
	char error[CONF_ERROR_SIZE];
	const char *path = front_scene_key_file();
	for (int client = 0; client < 2; client++) {
		struct runtime *runtime =
			runtime_new(conf_of(client == 0 ? "file:/nowhere/key" : path, NULL,
					    client == 1 ? "file:/nowhere/key" : path, NULL),
				error);
		assert_non_null(runtime);
		assert_false(runtime_open_stores(runtime, error));
		const char *begins = client == 0 ? "front xot: file:/nowhere/key" :
						   "client out: file:/nowhere/key";
		if (strncmp(error, begins, strlen(begins)) != 0) {
			fail_msg("%s", error);
		}
		runtime_release(runtime);
	}
}

static void an_openssl_that_cannot_be_used_is_told_of(void **state)
{
	(void)state;
	static const struct {
		int reason;
		const char *what;
	} rows[] = {
		{ SSL_R_LIBRARY_HAS_NO_CIPHERS,
			"OpenSSL cannot be used (library has no ciphers); check its "
			"configuration (OPENSSL_CONF)" },
		{ ERR_R_MALLOC_FAILURE, "out of memory" },
		{ UNHEARD, "out of memory" },
		{ 0, "out of memory" },
	};
	const char *path = front_scene_key_file();
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		char error[CONF_ERROR_SIZE], wanted[CONF_ERROR_SIZE];
		reason = rows[i / 2].reason;
		struct conf *conf = conf_of(path, NULL, path, NULL);
		contexts_left = (int)(i % 2);
		snprintf(wanted, sizeof(wanted), "%s: %s",
			i % 2 == 0 ? "front xot" : "client out", rows[i / 2].what);
		assert_null(runtime_new(conf, error));
		assert_string_equal(error, wanted);
		assert_int_equal(ERR_peek_error(), 0);
		contexts_left = -1;
	}
}

static void authorities_count_where_there_are_some(void **state)
{
	(void)state;
	char authorities[] = "ca.pem";
	struct conf_client conf = { .ca_file = NULL };
	assert_int_equal(runtime_client_usages(&conf), DANCE_DANE_EE | DANCE_DANE_TA);
	conf.ca_file = authorities;
	assert_int_equal(runtime_client_usages(&conf),
		DANCE_DANE_EE | DANCE_DANE_TA | DANCE_PKIX_EE | DANCE_PKIX_TA);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, front_scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_key_in_a_store_is_read_later),
		ONE(a_certificate_may_be_there_alone),
		ONE(a_store_that_has_no_key_is_named),
		ONE(an_openssl_that_cannot_be_used_is_told_of),
		ONE(authorities_count_where_there_are_some),
	};
	return cmocka_run_group_tests(tests, front_scene_make, front_scene_clear);
}
