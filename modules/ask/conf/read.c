/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads a file, checks its values, and frees them. */

#include <stdlib.h>

#include "check.h"
#include "conf.h"
#include "conf_file.h"
#include "conf_parse.h"
#include "schema.h"

static const struct conf_list lists[CONF_SECTIONS] = {
	[CONF_ASK] = { offsetof(struct conf, asks), offsetof(struct conf, ask_count),
		sizeof(struct conf_ask), 64, true },
};

struct conf *conf_parse(const char *file, const char *text, size_t size,
	char error[CONF_ERROR_SIZE])
{
	const struct conf_format format = { .schema = conf_schema, .lists = lists };
	const struct conf_error to = { file, error };
	struct conf *conf = conf_file_begin(sizeof(*conf), size, &to);
	if (conf == NULL) {
		return NULL;
	}
	if (!conf_parse_items(&format, conf, size != 0 ? text : "", size, &to) ||
		!conf_check(conf, &to)) {
		conf_free(conf);
		return NULL;
	}
	return conf;
}

struct conf *conf_read(const char *path, char error[CONF_ERROR_SIZE])
{
	const struct conf_error to = { path, error };
	size_t size;
	char *text = conf_file_read(path, &size, &to);
	struct conf *conf = text != NULL ? conf_parse(path, text, size, error) : NULL;
	free(text);
	return conf;
}

static void ask_clear(struct conf_ask *ask)
{
	free(ask->id);
	free(ask->listen);
	for (size_t i = 0; i < ask->client_count; i++) {
		free(ask->clients[i]);
	}
	free(ask->clients);
	for (size_t i = 0; i < ask->within_count; i++) {
		free(ask->within[i]);
	}
	free(ask->within);
	free(ask->claim);
	free(ask->header);
}

void conf_free(struct conf *conf)
{
	if (conf == NULL) {
		return;
	}
	conf_common_clear(&conf->common);
	for (size_t i = 0; i < conf->ask_count; i++) {
		ask_clear(&conf->asks[i]);
	}
	free(conf->asks);
	free(conf);
}
