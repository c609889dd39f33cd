/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The options of an SSL_CTX. */

#include "settings.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static int place = -1;

static void free_settings(void *parent, void *settings, CRYPTO_EX_DATA *data, int index,
	long number, void *arg)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)number;
	(void)arg;
	OPENSSL_free(settings);
}

static void make_place(void)
{
	place = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_settings);
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

static bool take_alpn(struct settings *settings)
{
	const char *alpn = settings->options.alpn;
	if (alpn == NULL) {
		return !settings->options.need_alpn || wrong("need_alpn wants alpn");
	}
	size_t size = strlen(alpn);
	if (size == 0 || size > SETTINGS_ALPN_MAX) {
		return wrong("alpn is not the name of a protocol");
	}
	settings->alpn[0] = (unsigned char)size;
	memcpy(settings->alpn + 1, alpn, size);
	settings->alpn_size = 1 + size;
	return true;
}

static bool take_names(struct settings *settings)
{
	const char *name = settings->options.name, *server = settings->options.server_name;
	size_t size;
	if (name != NULL) {
		if (!measure_name(name, &size)) {
			return wrong("name is not a name");
		}
		settings->body_size = clientid_write(settings->body, name, size);
	}
	if (server != NULL && !measure_name(server, &settings->server_name_size)) {
		return wrong("server_name is not a name");
	}
	return true;
}

struct settings *settings_give(SSL_CTX *ctx, const struct dance_openssl_options *options)
{
	if (!CRYPTO_THREAD_run_once(&once, make_place) || place < 0) {
		ERR_raise(ERR_LIB_SSL, ERR_R_CRYPTO_LIB);
		return NULL;
	}
	if (SSL_CTX_get_ex_data(ctx, place) != NULL) {
		wrong("this SSL_CTX has been armed before");
		return NULL;
	}
	struct settings *settings = OPENSSL_zalloc(sizeof(*settings));
	if (settings == NULL) {
		return NULL;
	}
	if (options != NULL) {
		settings->options = *options;
	}
	if (settings->options.extension == 0) {
		settings->options.extension = DANCE_OPENSSL_EXTENSION;
	}
	if (!take_alpn(settings) || !take_names(settings) ||
		!SSL_CTX_set_ex_data(ctx, place, settings)) {
		OPENSSL_free(settings);
		return NULL;
	}
	return settings;
}
