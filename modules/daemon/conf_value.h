/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One value of an item, and the place that the schema gives it. */

#pragma once

#include "conf_error.h"
#include "conf_place.h"

struct conf_value {
	const yp_item_t *item;
	const uint8_t *data; /* as the schema has read it */
	const char *text;    /* as it is written; not empty */
	bool first;          /* of this item in this entry */
	size_t line;
};

/* Sets it in its entry. False with a sentence. */
bool conf_value_set(void *entry, const struct conf_value *value,
	const struct conf_error *error);

/* Sets what holds when an item is not there. */
void conf_value_default(void *entry, const yp_item_t *item);

/* Says what the schema does not like about a value, which has no `data` then; `reason` is
 * libknot's. Always false. */
bool conf_value_refuse(const struct conf_value *value, int reason,
	const struct conf_error *error);

/* One more element, zeroed, in an array that `array` points to. NULL when out of memory. */
void *conf_value_append(void *array, size_t *count, size_t size);
