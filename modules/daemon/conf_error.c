/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sentences about what is wrong with a file: they go to a terminal or a log, and may quote
 * what stands in the file. */

#include "conf_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "printable.h"

#define FILE_SHOWN 255 /* characters of a path, so that there is room for the sentence */

bool conf_fail(const struct conf_error *error, size_t line, const char *format, ...)
{
	char *text = error->text;
	snprintf(text, CONF_ERROR_SIZE, "%.*s: ", FILE_SHOWN, error->file);
	if (line != 0) {
		snprintf(text, CONF_ERROR_SIZE, "%.*s:%zu: ", FILE_SHOWN, error->file,
			line);
	}
	size_t said = strlen(text);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text + said, CONF_ERROR_SIZE - said, format, arguments);
	va_end(arguments);
	make_printable(text);
	return false;
}
