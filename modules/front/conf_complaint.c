/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sentences about what is wrong with a file: they go to a terminal or a log, and may quote
 * what stands in the file. */

#include "conf_complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"

#define FILE_SHOWN 255 /* characters of a path, so that there is room for the sentence */

bool conf_complain(const struct conf_complaint *complaint, size_t line, const char *format,
	...)
{
	char *error = complaint->error;
	snprintf(error, CONF_ERROR_SIZE, "%.*s: ", FILE_SHOWN, complaint->file);
	if (line != 0) {
		snprintf(error, CONF_ERROR_SIZE, "%.*s:%zu: ", FILE_SHOWN, complaint->file,
			line);
	}
	size_t said = strlen(error);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(error + said, CONF_ERROR_SIZE - said, format, arguments);
	va_end(arguments);
	for (char *c = error; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~') {
			*c = '?';
		}
	}
	return false;
}
