/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From the text of a configuration to values, by any schema. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf_error.h"
#include "conf_place.h"

#define CONF_SECTION_MAX 8 /* of a schema */

/* A section that may be there more than once, or of size 0. Its entries begin with a char *: their
 * id. */
struct conf_list {
	size_t at, count_at; /* of the array and its count, in the struct of the whole */
	size_t size;         /* of an entry */
	size_t max;          /* entries */
	bool unique;     /* two entries must not have one id, and this is checked here */
	size_t given_at; /* in an entry, of an uint32_t for conf_is_given(); 0: there is none */
};

/* What a file may contain, and where it goes. */
struct conf_format {
	const yp_item_t *schema;
	const struct conf_list *lists; /* one for each section of the schema */
	/* Takes a value of kind CONF_REFERENCES in the entry that is open. False when out of
	 * memory. NULL: there is no such item. */
	bool (*refer)(void *arg, const char *id, size_t line);
	void *arg;
};

/* Does an entry have this item in the file? `given` is what is at `given_at` in it, `items` are
 * those of its section. */
bool conf_is_given(uint32_t given, const yp_item_t *items, const char *item);

/* Sets the values of `conf`, the struct of the whole, which is all zero. False with a sentence at
 * the first mistake; what is set then stays set. */
bool conf_parse_items(const struct conf_format *format, void *conf, const char *text,
	size_t size, const struct conf_error *error);
