/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A trust anchor file. Input: the file. What is passed on is one record a line, of printable
 * words, and is read again as what it is. */

#include "root_key.h"

#include <string.h>

#include "target.h"

struct passed {
	unsigned count;
	bool root;
};

static bool ignore(void *arg, const char *record)
{
	(void)record;
	++*(unsigned *)arg;
	return true;
}

/* One that is kept is one that can be used. */
static bool on_kept(void *arg, const char *record)
{
	char why[DANCE_ERROR_SIZE];
	unsigned again = 0;
	(void)arg;
	if (strncmp(record, ". ", 2) == 0) {
		const struct dance_octets octets = { (const unsigned char *)record,
			strlen(record) };
		must(root_key_parse(octets, ignore, NULL, &again, why) == ROOT_KEY_USABLE &&
			again == 1);
	}
	return true;
}

static bool on_anchor(void *arg, const char *record)
{
	struct passed *passed = arg;
	size_t size = strlen(record);
	for (size_t i = 0; i < size; i++) {
		must(record[i] >= ' ' && record[i] <= '~');
	}
	bool root = strncmp(record, ". IN TYPE", 9) == 0;
	must(size > 0 && strstr(record, " IN TYPE") != NULL &&
		strstr(record, " \\# ") != NULL);
	passed->count++;
	passed->root = passed->root || root;
	if (root) {
		char why[DANCE_ERROR_SIZE];
		unsigned again = 0;
		const struct dance_octets octets = { (const unsigned char *)record, size };
		must(root_key_parse(octets, ignore, NULL, &again, why) == ROOT_KEY_USABLE &&
			again == 1);
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy, so that a sanitizer sees a step over its end. */
	unsigned char *copy = malloc(size + (size == 0));
	must(copy != NULL);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	struct passed passed = { 0 };
	char why[DANCE_ERROR_SIZE];
	bool found = root_key_parse((struct dance_octets){ copy, size }, on_anchor, on_kept,
			     &passed, why) == ROOT_KEY_USABLE;
	must(found == passed.root);
	must(found || (why[0] != '\0' && memchr(why, '\0', sizeof(why)) != NULL));
	free(copy);
	return 0;
}
