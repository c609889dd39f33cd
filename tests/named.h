/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names for tests from their text. */

#pragma once

#include "name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline struct name named(const char *text)
{
	struct name name;
	const char *why;
	if (!name_from_text(&name, text, strlen(text), &why)) {
		fprintf(stderr, "'%s': %s\n", text, why);
		abort();
	}
	return name;
}
