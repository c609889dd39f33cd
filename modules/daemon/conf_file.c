/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Reads a file as a whole. */

#include "conf_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *conf_file_read(const char *path, size_t *size, const struct conf_error *error)
{
	char *text = malloc(CONF_SIZE_MAX + 1); /* one more shows what is too large */
	if (text == NULL) {
		conf_fail(error, 0, "out of memory");
		return NULL;
	}
	FILE *file = fopen(path, "re");
	*size = file != NULL ? fread(text, 1, CONF_SIZE_MAX + 1, file) : 0;
	if (file == NULL || ferror(file)) {
		conf_fail(error, 0, "cannot be read: %s", strerror(errno));
		free(text);
		text = NULL;
	}
	if (file != NULL) {
		fclose(file);
	}
	return text;
}

void *conf_file_begin(size_t size, size_t text_size, const struct conf_error *error)
{
	error->text[0] = '\0';
	if (text_size > CONF_SIZE_MAX) {
		conf_fail(error, 0, "larger than %d octets", CONF_SIZE_MAX);
		return NULL;
	}
	void *conf = calloc(1, size);
	if (conf == NULL) {
		conf_fail(error, 0, "out of memory");
	}
	return conf;
}
