/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whether there is anything in a trust anchor file; what it is worth is libunbound's
 * business. */

#include "trust_anchor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool trust_anchor_check(const char *path, char why[DANCE_ERROR_SIZE])
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		snprintf(why, DANCE_ERROR_SIZE, "trust anchor %s: %s", path,
			strerror(errno));
		return false;
	}
	bool found = false;
	char line[4096];
	while (!found && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, ";\n")] = '\0';
		found = strstr(line, "DNSKEY") != NULL || strstr(line, "DS") != NULL;
	}
	fclose(file);
	if (!found) {
		snprintf(why, DANCE_ERROR_SIZE, "trust anchor %s: no DS or DNSKEY record",
			path);
	}
	return found;
}
