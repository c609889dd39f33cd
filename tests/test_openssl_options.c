/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What an SSL_CTX is armed with: what is taken, to the octet, and what is wrong, in which words. */

#include "check.h"
#include "options.h"

#include <openssl/err.h>
#include <string.h>

#define HOST "_853._tcp.host.example"

static SSL_CTX *ctx;

static int begin(void **state)
{
	(void)state;
	ctx = SSL_CTX_new(TLS_method());
	return ctx != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return 0;
}

static const char *so_long(size_t size)
{
	static char text[300];
	memset(text, 'a', size);
	text[size] = '\0';
	return text;
}

static const struct options *gives(struct dance_openssl_options given)
{
	SSL_CTX_free(ctx);
	ctx = SSL_CTX_new(TLS_method());
	given.size = sizeof(given);
	const struct options *options = options_give(ctx, &given);
	assert_non_null(options);
	assert_int_equal(ERR_peek_error(), 0);
	assert_ptr_equal(options_find(ctx), options);
	return options;
}

static void is_wrong(const struct dance_openssl_options *given, const char *what)
{
	const char *said = "";
	int flags = 0;
	assert_null(options_give(ctx, given));
	unsigned long error = ERR_get_error_all(NULL, NULL, NULL, &said, &flags);
	assert_int_equal(ERR_GET_REASON(error), ERR_R_PASSED_INVALID_ARGUMENT);
	assert_true((flags & ERR_TXT_STRING) != 0);
	assert_string_equal(said, what);
	assert_int_equal(ERR_peek_error(), 0);
}

static void nothing_given_is_the_defaults(void **state)
{
	(void)state;
	assert_null(options_find(ctx));
	const struct options *options = options_give(ctx, NULL);
	assert_non_null(options);
	assert_ptr_equal(options_find(ctx), options);
	assert_int_equal(options->given.extension, DANCE_OPENSSL_EXTENSION);
	assert_null(options->given.roster);
	assert_false(options->client || options->given.need_alpn ||
		options->given.need_name);
	assert_int_equal(options->alpn_size, 0);
	assert_int_equal(options->body_size, 0);
	is_wrong(NULL, "this SSL_CTX is armed already");
	assert_ptr_equal(options_find(ctx), options);
}

static void what_is_given_is_taken(void **state)
{
	(void)state;
	const struct options *options = gives((struct dance_openssl_options){ .extension = 1,
		.alpn = "a",
		.need_alpn = true,
		.name = "a.example.",
		.server_name = HOST });
	assert_int_equal(options->given.extension, 1);
	assert_int_equal(options->alpn_size, 2);
	assert_memory_equal(options->alpn, "\1a", 2);
	assert_int_equal(options->body_size, 10);
	assert_memory_equal(options->body,
		"\x09"
		"a.example",
		10);
	assert_int_equal(options->server_name_size, strlen(HOST));
	options = gives((struct dance_openssl_options){
		.server_name = HOST ".", .name = "a" });
	assert_int_equal(options->server_name_size, strlen(HOST));
	assert_int_equal(options->body_size, 2);
	assert_memory_equal(options->body, "\1a", 2);
	options = gives((struct dance_openssl_options){ .name = "a." });
	assert_int_equal(options->body_size, 2);
	options = gives((struct dance_openssl_options){ .alpn = so_long(OPTIONS_ALPN_MAX) });
	assert_int_equal(options->alpn_size, 1 + OPTIONS_ALPN_MAX);
	assert_int_equal(options->alpn[0], OPTIONS_ALPN_MAX);
	assert_memory_equal(options->alpn + 1, so_long(OPTIONS_ALPN_MAX), OPTIONS_ALPN_MAX);
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	static const char no_name[] = "name is not a valid name",
			  no_server[] = "server_name is not a valid name",
			  no_protocol[] = "alpn is not the name of a protocol";
	const struct {
		struct dance_openssl_options given;
		const char *what;
	} rows[] = {
		{ { .need_alpn = true }, "need_alpn requires alpn" },
		{ { .alpn = "" }, no_protocol },
		{ { .alpn = so_long(OPTIONS_ALPN_MAX + 1) }, no_protocol },
		{ { .name = "" }, no_name },
		{ { .name = "." }, no_name },
		{ { .name = "a.." }, no_name },
		{ { .name = "*.example" }, no_name },
		{ { .name = "@example" }, no_name },
		{ { .server_name = "a b" }, no_server },
		{ { .server_name = "*.example" }, no_server },
		{ { .server_name = "a..b" }, no_server },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_openssl_options given = rows[i].given;
		given.size = sizeof(given);
		is_wrong(&given, rows[i].what);
		assert_null(options_find(ctx));
	}
	const struct dance_openssl_options none = { .size = 0 };
	assert_null(options_give(ctx, &none));
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), ERR_R_PASSED_INVALID_ARGUMENT);
	assert_null(options_find(ctx));
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(nothing_given_is_the_defaults),
		ONE(what_is_given_is_taken),
		ONE(what_is_wrong_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
