/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writing down what a probe has found. */

#include "probe.h"

#include <stdarg.h>
#include <stdio.h>

#include "verdict.h"

void probe_say(struct probe *probe, enum probe_step step, enum probe_result result,
	const char *format, ...)
{
	struct probe_line *line = &probe->lines[step];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(line->text, sizeof(line->text), format, args);
	va_end(args);
	result_make_printable(line->text);
	line->result = result;
}

const char *probe_key_text(const unsigned char digest[DANCE_SHA256_SIZE],
	char text[PROBE_KEY_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < DANCE_SHA256_SIZE; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 15];
	}
	text[2 * DANCE_SHA256_SIZE] = '\0';
	return text;
}
