/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The one place where a reason is written. It may quote files and what other programs say. */

#include "reason.h"

#include <stdarg.h>
#include <stdio.h>

#include "verdict.h"

bool reason_say(char why[DANCE_ERROR_SIZE], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(why, DANCE_ERROR_SIZE, format, args);
	va_end(args);
	result_make_printable(why);
	return false;
}
