/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sentences about what is wrong with a file. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CONF_ERROR_SIZE 512

struct conf_error {
	const char *file;
	char *text; /* CONF_ERROR_SIZE octets */
};

/* Says "FILE:LINE: sentence", or without a line (0) "FILE: sentence", in printable ASCII.
 * Always false. */
bool conf_fail(const struct conf_error *error, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
