/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The options of an SSL_CTX. */

#include "options.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "host_struct.h"

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static int index_in_ctx = -1;

static void free_with_ctx(void *ctx, void *options, CRYPTO_EX_DATA *data, int index,
	long number, void *arg)
{
	(void)ctx;
	(void)data;
	(void)index;
	(void)number;
	(void)arg;
	OPENSSL_free(options);
}

static void make_index(void)
{
	index_in_ctx = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_with_ctx);
}

static bool wrong(const char *what)
{
	ERR_raise_data(ERR_LIB_SSL, ERR_R_PASSED_INVALID_ARGUMENT, "%s", what);
	return false;
}

/* A name of ours may be given with its trailing dot; in TLS it goes without (draft 7). */
static bool measure_name(const char *name, size_t *size)
{
	char error[DANCE_ERROR_SIZE];
	*size = strlen(name);
	if (*size > 1 && name[*size - 1] == '.') {
		--*size;
	}
	/* A roster may hold patterns too. */
	return clientid_is_name((const unsigned char *)name, *size) &&
		dance_roster_check_name(name, error);
}

static bool take_alpn(struct options *options)
{
	const char *alpn = options->given.alpn;
	if (alpn == NULL) {
		return !options->given.need_alpn || wrong("need_alpn requires alpn");
	}
	size_t size = strlen(alpn);
	if (size == 0 || size > OPTIONS_ALPN_MAX) {
		return wrong("alpn is not the name of a protocol");
	}
	options->alpn[0] = (unsigned char)size;
	memcpy(options->alpn + 1, alpn, size);
	options->alpn_size = 1 + size;
	return true;
}

static bool take_names(struct options *options)
{
	const char *name = options->given.name, *server = options->given.server_name;
	size_t size;
	if (name != NULL) {
		if (!measure_name(name, &size)) {
			return wrong("name is not a valid name");
		}
		options->body_size = clientid_write(options->body, name, size);
	}
	if (server != NULL && !measure_name(server, &options->server_name_size)) {
		return wrong("server_name is not a valid name");
	}
	return true;
}

static int ex_index(void)
{
	return CRYPTO_THREAD_run_once(&once, make_index) ? index_in_ctx : -1;
}

const struct options *options_find(const SSL_CTX *ctx)
{
	int index = ex_index();
	return index >= 0 ? SSL_CTX_get_ex_data(ctx, index) : NULL;
}

struct options *options_give(SSL_CTX *ctx, const struct dance_openssl_options *given)
{
	int index = ex_index();
	if (index < 0) {
		ERR_raise(ERR_LIB_SSL, ERR_R_CRYPTO_LIB);
		return NULL;
	}
	if (SSL_CTX_get_ex_data(ctx, index) != NULL) {
		wrong("this SSL_CTX is armed already");
		return NULL;
	}
	struct options *options = OPENSSL_zalloc(sizeof(*options));
	if (options == NULL) {
		return NULL;
	}
	const char *fault = given == NULL ?
		NULL :
		host_struct_take(&options->given, sizeof(options->given), given,
			HOST_END(dance_openssl_options, pkix_host));
	if (fault != NULL) {
		OPENSSL_free(options);
		wrong(fault);
		return NULL;
	}
	if (options->given.extension == 0) {
		options->given.extension = DANCE_OPENSSL_EXTENSION;
	}
	if (!take_alpn(options) || !take_names(options) ||
		!SSL_CTX_set_ex_data(ctx, index, options)) {
		OPENSSL_free(options);
		return NULL;
	}
	return options;
}
