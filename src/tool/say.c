/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Messages to the user. A line may quote file names and files: it stays one line. */

#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "verdict.h"

#define LINE_SIZE 1024

static const char *speaker = "";

void say_as(const char *command)
{
	speaker = command;
}

static void say(const char *kind, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
static void say(const char *kind, const char *format, va_list args)
{
	char line[LINE_SIZE];
	(void)vsnprintf(line, sizeof(line), format, args);
	result_make_printable(line);
	fprintf(stderr, "dance%s%s: %s%s\n", *speaker != '\0' ? " " : "", speaker, kind,
		line);
}

void say_error(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say("", format, args);
	va_end(args);
}

void say_warning(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say("warning: ", format, args);
	va_end(args);
}

bool say_end(void)
{
	bool written = ferror(stdout) == 0;
	errno = 0;
	if (fclose(stdout) == 0 && written) {
		return true;
	}
	say_error("cannot write standard output%s%s", errno != 0 ? ": " : "",
		errno != 0 ? strerror(errno) : "");
	return false;
}
