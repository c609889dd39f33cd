/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads a file: parses its text, follows references, fills in what depends on a front's mode, and
 * checks the values. */

#include <stdlib.h>

#include "check.h"
#include "conf.h"
#include "conf_file.h"
#include "link.h"
#include "mode.h"
#include "parse.h"

struct conf *conf_parse(const char *file, const char *text, size_t size,
	char error[CONF_ERROR_SIZE])
{
	const struct conf_error to = { file, error };
	struct conf *conf = conf_file_begin(sizeof(*conf), size, &to);
	if (conf == NULL) {
		return NULL;
	}
	struct conf_references references = { 0 };
	bool fine = conf_parse_text(conf, size != 0 ? text : "", size, &references, &to) &&
		conf_link(conf, &references, &to) && conf_settle_modes(conf, &to) &&
		conf_check(conf, &to);
	conf_references_clear(&references);
	if (!fine) {
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
