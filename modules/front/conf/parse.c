/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which sections there may be how often, and who refers to whom. Whether values go together is
 * checked elsewhere. */

#include "parse.h"

#include <string.h>

#include "conf_parse.h"
#include "conf_value.h"
#include "schema.h"

/* Sections that may be there more than once; the others are struct conf itself. */
static const struct conf_list lists[CONF_SECTIONS] = {
	[CONF_IDENTITY] = { offsetof(struct conf, identities),
		offsetof(struct conf, identity_count), sizeof(struct conf_identity), 65536,
		false }, /* there may be many: link.c checks their ids */
	[CONF_FRONT] = { offsetof(struct conf, fronts), offsetof(struct conf, front_count),
		sizeof(struct conf_front), 64, true, offsetof(struct conf_front, given) },
	[CONF_CLIENT] = { offsetof(struct conf, clients),
		offsetof(struct conf, client_count), sizeof(struct conf_client), 64, true },
};

struct referring {
	const struct conf *conf;
	struct conf_references *references;
};

/* The front that is read is the last one so far. */
static bool refer(void *arg, const char *id, size_t line)
{
	const struct referring *referring = arg;
	struct conf_references *references = referring->references;
	struct conf_reference *reference = conf_value_append(&references->all,
		&references->count, sizeof(*reference));
	if (reference == NULL) {
		return false;
	}
	reference->front = referring->conf->front_count - 1;
	reference->line = line;
	reference->id = strdup(id);
	return reference->id != NULL;
}

bool conf_parse_text(struct conf *conf, const char *text, size_t size,
	struct conf_references *references, const struct conf_error *error)
{
	struct referring referring = { conf, references };
	const struct conf_format format = {
		.schema = conf_schema, .lists = lists, .refer = refer, .arg = &referring
	};
	return conf_parse_items(&format, conf, text, size, error);
}
