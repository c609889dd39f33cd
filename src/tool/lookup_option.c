/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Values of --resolver, --timeout and --root-hints. */

#include "lookup_option.h"

#include <stdlib.h>

#include "file.h"
#include "resolver.h"
#include "say.h"

bool lookup_option_resolver(struct dance_context_options *where, const char *value)
{
	size_t count = 0;
	if (!resolver_check_forwarder(value)) {
		say_error("--resolver '%s': must be an IP address or ADDRESS@PORT", value);
		return false;
	}
	while (count < DANCE_FORWARDER_MAX && where->forwarders[count] != NULL) {
		count++;
	}
	if (count == DANCE_FORWARDER_MAX) {
		say_error("--resolver may be given at most %d times", DANCE_FORWARDER_MAX);
		return false;
	}
	where->forwarders[count] = value;
	return true;
}

bool lookup_option_timeout(unsigned *timeout_ms, const char *value)
{
	char *end;
	long ms = strtol(value, &end, 10);
	if (*value < '0' || *value > '9' || *end != '\0' || ms < 1 ||
		ms > RESOLVER_DEADLINE_MS) {
		say_error("--timeout '%s': must be milliseconds, 1 to %d", value,
			RESOLVER_DEADLINE_MS);
		return false;
	}
	*timeout_ms = (unsigned)ms;
	return true;
}

bool lookup_option_hints(const char *path)
{
	struct dance_octets content;
	const char *why;
	if (path == NULL) {
		return true;
	}
	if (!file_read(path, &content, &why)) {
		say_error("--root-hints %s: %s", path, why);
		return false;
	}
	file_clear(&content);
	return true;
}
