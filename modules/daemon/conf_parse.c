/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The text of a file, item by item: each is looked up in the schema and its value set where
 * the schema says. Whether values go together is checked elsewhere. */

#include "conf_parse.h"

#include <stdlib.h>
#include <string.h>

#include "conf_hint.h"
#include "conf_value.h"

#define ID_MAX 63 /* characters */

struct reader {
	const struct conf_error *error;
	yp_parser_t parser;
	yp_item_t *schema;
	yp_check_ctx_t *check;
	const struct conf_format *format;
	void *conf;
	const yp_item_t *section;        /* whose entry is open; NULL: none */
	void *entry;                     /* the struct that its values go to */
	uint32_t seen[CONF_SECTION_MAX]; /* items of the open entry, as bits */
};

static size_t section_of(const struct reader *reader, const yp_item_t *section)
{
	return (size_t)(section - reader->schema);
}

static const char *label(const yp_item_t *item)
{
	return item->name + 1;
}

static size_t line_of(const struct reader *reader)
{
	return reader->parser.line_count;
}

/* Says what is wrong with the line that is being read. */
#define fail(reader, ...) conf_fail((reader)->error, line_of(reader), __VA_ARGS__)

static bool out_of_memory(const struct reader *reader)
{
	return conf_fail(reader->error, 0, "out of memory");
}

static void set_defaults(void *entry, const yp_item_t *items)
{
	for (const yp_item_t *item = items; item->name != NULL; item++) {
		conf_value_default(entry, item);
	}
}

/* An entry must have all required items when it ends. */
static bool close_entry(struct reader *reader)
{
	const yp_item_t *section = reader->section;
	reader->section = NULL;
	if (section == NULL || section->var.g.id == NULL) {
		return true;
	}
	uint32_t seen = reader->seen[section_of(reader, section)];
	size_t given_at = reader->format->lists[section_of(reader, section)].given_at;
	if (given_at != 0) {
		memcpy((char *)reader->entry + given_at, &seen, sizeof(seen));
	}
	for (size_t i = 0; section->sub_items[i].name != NULL; i++) {
		if ((section->sub_items[i].flags & CONF_NEEDED) != 0 && !(seen >> i & 1)) {
			return conf_fail(reader->error, 0, "%s %s: '%s' is missing",
				label(section), *(char *const *)reader->entry,
				label(&section->sub_items[i]));
		}
	}
	return true;
}

static bool check_id(const struct reader *reader, const yp_item_t *section, const char *id)
{
	size_t size = strspn(id,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-");
	if (id[size] != '\0') {
		return fail(reader,
			"%s '%s': an id is made of letters, digits, "
			"underscores and hyphens",
			label(section), id);
	}
	if (size > ID_MAX) {
		return fail(reader, "%s '%s': an id has at most %d characters",
			label(section), id, ID_MAX);
	}
	return true;
}

/* By an entry before the last one? */
static bool is_taken(const struct reader *reader, const struct conf_list *list,
	const char *id)
{
	const char *entries;
	size_t count = *(size_t *)((char *)reader->conf + list->count_at);
	memcpy(&entries, (char *)reader->conf + list->at, sizeof(entries));
	bool taken = false;
	for (size_t i = 0; list->unique && i + 1 < count; i++) {
		const char *other;
		memcpy(&other, entries + i * list->size, sizeof(other));
		taken |= strcmp(other, id) == 0;
	}
	return taken;
}

/* One more entry in the list of a section, zeroed. NULL with a sentence. */
static void *append_entry(struct reader *reader, const yp_item_t *section)
{
	const struct conf_list *list = &reader->format->lists[section_of(reader, section)];
	size_t *count = (size_t *)((char *)reader->conf + list->count_at);
	if (*count == list->max) {
		fail(reader, "more than %zu sections '%s'", list->max, label(section));
		return NULL;
	}
	void *entry = conf_value_append((char *)reader->conf + list->at, count, list->size);
	if (entry == NULL) {
		out_of_memory(reader);
	}
	return entry;
}

/* "- id: ..." */
static bool begin_entry(struct reader *reader)
{
	const yp_node_t *node = &reader->check->nodes[0];
	const char *id = yp_str(node->id);
	if (!close_entry(reader) || !check_id(reader, node->item, id)) {
		return false;
	}
	reader->entry = append_entry(reader, node->item);
	if (reader->entry == NULL) {
		return false;
	}
	char **own = reader->entry; /* every such struct begins with its id */
	*own = strdup(id);
	if (*own == NULL) {
		return out_of_memory(reader);
	}
	size_t section = section_of(reader, node->item);
	if (is_taken(reader, &reader->format->lists[section], id)) {
		return fail(reader, "%s %s: duplicate id", label(node->item), id);
	}
	reader->section = node->item;
	reader->seen[section] = 0;
	set_defaults(reader->entry, node->item->sub_items);
	return true;
}

/* "section:" */
static bool begin_section(struct reader *reader)
{
	if (!close_entry(reader)) {
		return false;
	}
	const yp_item_t *section = reader->check->nodes[0].item;
	if (section->var.g.id == NULL) {
		reader->section = section;
		reader->entry = reader->conf;
	}
	return true;
}

/* "item: value" */
static bool set_item(struct reader *reader)
{
	const yp_node_t *node = &reader->check->nodes[1];
	const yp_item_t *item = node->item;
	const struct conf_place *place = item->misc[0];
	size_t number = (size_t)(item - node->parent->item->sub_items);
	uint32_t *seen = &reader->seen[section_of(reader, node->parent->item)];
	bool again = (*seen >> number & 1) != 0;
	*seen |= UINT32_C(1) << number;
	if (again && (item->flags & YP_FMULTI) == 0) {
		return fail(reader, "'%s' may be given only once", label(item));
	}
	if (place->kind == CONF_REFERENCES) {
		const struct conf_format *format = reader->format;
		return format->refer(format->arg, yp_str(node->data), line_of(reader)) ||
			out_of_memory(reader);
	}
	const struct conf_value value = { .item = item,
		.data = node->data,
		.text = reader->parser.data,
		.first = !again,
		.line = line_of(reader) };
	return conf_value_set(reader->entry, &value, reader->error);
}

/* Says what the parser or the schema rejects. */
static bool refuse(const struct reader *reader, int error)
{
	const yp_parser_t *parser = &reader->parser;
	const yp_node_t *node = &reader->check->nodes[parser->event == YP_EKEY0 ? 0 : 1];
	switch (error) {
	case KNOT_ENOMEM:
		return out_of_memory(reader);
	case KNOT_YP_EINVAL_ITEM:
		if (parser->event == YP_EKEY0) {
			return fail(reader, "there is no section '%s'", parser->key);
		}
		return fail(reader, "section '%s' has no item '%s'",
			label(node->parent->item), parser->key);
	case KNOT_YP_ENOTSUP_DATA:
		return fail(reader, "section '%s' must not have a value", parser->key);
	case KNOT_YP_ENOID:
		return fail(reader, "'%s' precedes 'id': each %s must begin with 'id'",
			parser->key, label(node->parent->item));
	case KNOT_YP_EINVAL_ID:
	case KNOT_YP_ENOTSUP_ID:
		return fail(reader, "'- %s' or '%s' is in the wrong place: %s", parser->key,
			parser->key, knot_strerror(error));
	default:
		break;
	}
	if (parser->event == YP_EKEY1 && node->item != NULL) {
		const struct conf_value value = {
			.item = node->item, .text = parser->data, .line = line_of(reader)
		};
		return conf_value_refuse(&value, error, reader->error);
	}
	return fail(reader, "%s", knot_strerror(error));
}

static bool take_event(struct reader *reader)
{
	const yp_parser_t *parser = &reader->parser;
	int error = yp_schema_check_parser(reader->check, parser);
	bool takes_value = error == KNOT_EOK || error == KNOT_EINVAL ||
		error == KNOT_YP_ENODATA;
	if (parser->data_len == 0 && parser->event != YP_EKEY0 && takes_value) {
		return fail(reader, "'%s' needs a value", parser->key);
	}
	if (error != KNOT_EOK) {
		return refuse(reader, error);
	}
	switch (parser->event) {
	case YP_EKEY0:
		return begin_section(reader);
	case YP_EID:
		return begin_entry(reader);
	case YP_EKEY1:
		return set_item(reader);
	case YP_ENULL:
	default:
		return refuse(reader, KNOT_EPARSEFAIL);
	}
}

static bool read_text(struct reader *reader, const char *text, size_t size)
{
	yp_set_input_string(&reader->parser, text, size);
	for (const yp_item_t *section = reader->schema; section->name != NULL; section++) {
		if (section->var.g.id == NULL) {
			set_defaults(reader->conf, section->sub_items);
		}
	}
	int error = yp_parse(&reader->parser);
	while (error == KNOT_EOK) {
		if (!take_event(reader)) {
			const char *hint = conf_hint_address(text, size, line_of(reader));
			return hint != NULL && fail(reader, "%s", hint);
		}
		error = yp_parse(&reader->parser);
	}
	if (error == KNOT_EPARSEFAIL) {
		return fail(reader, "%s", conf_hint(text, size, line_of(reader)));
	}
	if (error != KNOT_EOF) {
		return fail(reader, "%s", knot_strerror(error));
	}
	return close_entry(reader);
}

bool conf_is_given(uint32_t given, const yp_item_t *items, const char *item)
{
	for (size_t i = 0; items[i].name != NULL; i++) {
		if (strcmp(label(&items[i]), item) == 0) {
			return (given >> i & 1) != 0;
		}
	}
	return false;
}

bool conf_parse_items(const struct conf_format *format, void *conf, const char *text,
	size_t size, const struct conf_error *error)
{
	struct reader reader = { .error = error, .conf = conf, .format = format };
	yp_init(&reader.parser);
	if (yp_schema_copy(&reader.schema, format->schema) == KNOT_EOK) {
		reader.check = yp_schema_check_init(&reader.schema);
	}
	bool fine = reader.check != NULL ? read_text(&reader, text, size) :
					   out_of_memory(&reader);
	yp_schema_check_deinit(reader.check);
	yp_schema_free(reader.schema);
	yp_deinit(&reader.parser);
	return fine;
}
