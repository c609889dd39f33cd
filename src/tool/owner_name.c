/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TLSA owner name as it stands on a command line: as the library wants it, but that a
 * zone file's trailing dot is fine. */

#include "owner_name.h"

#include <string.h>

#include "name.h"

bool owner_name_from_text(const char *text, char owner[DANCE_NAME_SIZE], const char **why)
{
	struct name name;
	size_t size = strlen(text);
	if (size > 1 && text[size - 1] == '.') {
		size--;
	}
	if (!name_from_text(&name, text, size, why)) {
		return false;
	}
	memcpy(owner, text, size);
	owner[size] = '\0';
	return true;
}
