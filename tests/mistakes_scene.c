/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What mistakes_scene.h promises. */

#include "mistakes_scene.h"

#include <string.h>

void check_sentence(const char *file, const char *text, size_t size, const char *sentence)
{
	char error[CONF_ERROR_SIZE];
	memset(error, 'x', sizeof(error));
	struct conf *conf = conf_parse(file, text, size, error);
	if (conf != NULL) {
		conf_free(conf);
		fail_msg("accepted, and not '%s'", sentence);
	}
	assert_string_equal(error, sentence);
}

void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		check_sentence("f", rows[i].text, strlen(rows[i].text), rows[i].sentence);
	}
}
