/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-roll.conf as values: a table has the items, and says where each goes. */

#include "roll_conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "roll_item.h"
#include "verdict.h"

#define STATE_FOLDER "/var/lib/dance-roll"
#define ID_MAX 63

#define OF_CONF(kind, field) kind, offsetof(struct roll_conf, field)
#define OF_KEY(kind, field) kind, offsetof(struct roll_key, field)

static const char *const algorithms[] = { "ecdsa-p256", "ed25519", "rsa-3072", NULL };
static const char *const ways[] = { "update", "knotc", "hook", NULL };

/* clang-format off */
static const struct roll_item roll_items[] = {
	{ "state", OF_CONF(ROLL_PATH, state), NULL, false },
	{ NULL },
};

static const struct roll_item dns_items[] = {
	{ "trust-anchor", OF_CONF(ROLL_PATH, trust_anchor), NULL, false },
	{ "root-hints", OF_CONF(ROLL_PATH, root_hints), NULL, false },
	{ "resolver", OF_CONF(ROLL_ADDRESSES, forwarders), NULL, false },
	{ NULL },
};

static const struct roll_item key_items[] = {
	{ "id", OF_KEY(ROLL_STRING, id), NULL, true },
	{ "name", OF_KEY(ROLL_NAMES, names), NULL, true },
	{ "key-file", OF_KEY(ROLL_PATH, key_file), NULL, true },
	{ "cert-file", OF_KEY(ROLL_PATH, cert_file), NULL, false },
	{ "algorithm", OF_KEY(ROLL_CHOICE, algorithm), algorithms, false },
	{ "every", OF_KEY(ROLL_SECONDS, every_s), NULL, false },
	{ "keep", OF_KEY(ROLL_SECONDS, keep_s), NULL, false },
	{ "ttl", OF_KEY(ROLL_SECONDS, ttl), NULL, false },
	{ "publish", OF_KEY(ROLL_CHOICE, way), ways, true },
	{ "server", OF_KEY(ROLL_ADDRESS, server), NULL, false },
	{ "tsig-file", OF_KEY(ROLL_PATH, tsig_file), NULL, false },
	{ "update", OF_KEY(ROLL_COMMAND, update), NULL, false },
	{ "knotc", OF_KEY(ROLL_COMMAND, knotc), NULL, false },
	{ "hook", OF_KEY(ROLL_COMMAND, hook), NULL, false },
	{ "reload", OF_KEY(ROLL_COMMAND, reload), NULL, false },
	{ NULL },
};
/* clang-format on */

static const struct section {
	const char *name;
	const struct roll_item *items;
} sections[] = {
	{ "roll", roll_items },
	{ "dns", dns_items },
	{ "key", key_items },
};

struct reader {
	struct roll_conf *conf;
	const char *file;
	const struct section *section; /* NULL: none yet */
	void *entry;   /* the struct that values go to; NULL: none is open */
	unsigned seen; /* items of the entry, as bits */
	unsigned seen_once[sizeof(sections) / sizeof(sections[0])]; /* not of `key` */
	char why[ROLL_TEXT_ERROR_SIZE];
};

static bool fail(struct reader *reader, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static bool fail(struct reader *reader, size_t line, const char *format, ...)
{
	char place[32] = "", sentence[256];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	if (line != 0) {
		(void)snprintf(place, sizeof(place), ":%zu", line);
	}
	(void)snprintf(reader->why, sizeof(reader->why), "%.200s%s: %s", reader->file,
		place, sentence);
	result_make_printable(reader->why);
	return false;
}

static bool is_key(const struct reader *reader)
{
	return reader->section != NULL && reader->section->items == key_items;
}

static bool set_item(struct reader *reader, const struct roll_line *line)
{
	const struct roll_item *items = reader->section->items;
	char why[DANCE_ERROR_SIZE];
	for (unsigned i = 0; items[i].name != NULL; i++) {
		if (strcmp(items[i].name, line->name) != 0) {
			continue;
		}
		if ((reader->seen >> i & 1) != 0) {
			return fail(reader, line->number, "'%s' may be given only once",
				line->name);
		}
		reader->seen |= 1u << i;
		if (!roll_item_set(&items[i], line, reader->entry, why)) {
			return fail(reader, line->number, "%s", why);
		}
		if (items[i].kind == ROLL_NAMES) {
			((struct roll_key *)reader->entry)->name_count = line->count;
		}
		return true;
	}
	return fail(reader, line->number, "section '%s' has no item '%.80s'",
		reader->section->name, line->name);
}

static bool check_needed(struct reader *reader, const struct roll_key *key)
{
	for (unsigned i = 0; key_items[i].name != NULL; i++) {
		if (key_items[i].needed && (reader->seen >> i & 1) == 0) {
			return fail(reader, key->line, "key %s: '%s' is missing", key->id,
				key_items[i].name);
		}
	}
	return true;
}

/* What another way of publishing needs would be ignored. */
static bool check_way(struct reader *reader, const struct roll_key *key)
{
	const struct {
		const char *item, *value;
		enum roll_way way;
		bool needed;
	} rows[] = {
		{ "server", key->server, ROLL_UPDATE, true },
		{ "tsig-file", key->tsig_file, ROLL_UPDATE, true },
		{ "update", key->update, ROLL_UPDATE, false },
		{ "knotc", key->knotc, ROLL_KNOTC, false },
		{ "hook", key->hook, ROLL_HOOK, true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool mine = rows[i].way == key->way;
		if (mine && rows[i].needed && rows[i].value == NULL) {
			return fail(reader, key->line,
				"key %s: '%s' is missing, which 'publish: %s' requires",
				key->id, rows[i].item, ways[key->way]);
		}
		if (!mine && rows[i].value != NULL) {
			return fail(reader, key->line,
				"key %s: '%s' has no effect with 'publish: %s'", key->id,
				rows[i].item, ways[key->way]);
		}
	}
	return true;
}

/* Two that write one file would undo each other's work. */
static bool check_others(struct reader *reader, const struct roll_key *key)
{
	const struct roll_conf *conf = reader->conf;
	for (const struct roll_key *other = conf->keys; other < key; other++) {
		if (strcmp(other->id, key->id) == 0) {
			return fail(reader, key->line, "key %s: duplicate id", key->id);
		}
		if (strcmp(other->key_file, key->key_file) == 0) {
			return fail(reader, key->line,
				"key %s: key %s has the same 'key-file'; give one key all its names",
				key->id, other->id);
		}
	}
	return true;
}

static bool set_default(struct reader *reader, char **at, const char *value)
{
	if (*at == NULL) {
		*at = strdup(value);
	}
	return *at != NULL || fail(reader, 0, "out of memory");
}

static bool close_entry(struct reader *reader)
{
	struct roll_key *key = reader->entry;
	if (!is_key(reader)) {
		if (reader->section != NULL) {
			reader->seen_once[reader->section - sections] = reader->seen;
		}
		return true;
	}
	if (key == NULL) {
		return true;
	}
	if (!check_needed(reader, key) || !check_way(reader, key) ||
		!check_others(reader, key)) {
		return false;
	}
	return set_default(reader, &key->update, "nsupdate") &&
		set_default(reader, &key->knotc, "knotc");
}

static bool begin_section(struct reader *reader, const struct roll_line *line)
{
	if (!close_entry(reader)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (strcmp(sections[i].name, line->name) == 0) {
			reader->section = &sections[i];
			reader->entry = is_key(reader) ? NULL : reader->conf;
			reader->seen = reader->seen_once[i];
			return true;
		}
	}
	return fail(reader, line->number, "there is no section '%.80s'", line->name);
}

static bool check_id(struct reader *reader, const struct roll_line *line)
{
	const char *id = line->values[0];
	size_t size = strspn(id,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	if (id[size] != '\0' || size > ID_MAX) {
		return fail(reader, line->number,
			"key '%.80s': an id has at most %d letters, digits, underscores and "
			"hyphens",
			id, ID_MAX);
	}
	return true;
}

/* "- id: x" */
static bool begin_entry(struct reader *reader, const struct roll_line *line)
{
	struct roll_conf *conf = reader->conf;
	if (!is_key(reader) || strcmp(line->name, "id") != 0) {
		return fail(reader, line->number,
			"'- %.80s' is in the wrong place: each key must begin with '- id'",
			line->name);
	}
	if (!close_entry(reader) || !check_id(reader, line)) {
		return false;
	}
	if (conf->key_count == ROLL_KEY_MAX) {
		return fail(reader, line->number, "more than %d keys", ROLL_KEY_MAX);
	}
	struct roll_key *key = &conf->keys[conf->key_count++];
	*key = (struct roll_key){
		.every_s = 90 * 86400, .keep_s = 3600, .ttl = 3600, .line = line->number
	};
	reader->entry = key;
	reader->seen = 0;
	return true;
}

static bool take_line(struct reader *reader, const struct roll_line *line)
{
	if (line->kind == ROLL_LINE_SECTION) {
		return begin_section(reader, line);
	}
	if (line->kind == ROLL_LINE_ENTRY && !begin_entry(reader, line)) {
		return false;
	}
	if (reader->entry == NULL) {
		return reader->section == NULL ?
			fail(reader, line->number, "'%.80s' stands in no section",
				line->name) :
			fail(reader, line->number,
				"'%.80s' precedes 'id': each key must begin with '- id'",
				line->name);
	}
	return set_item(reader, line);
}

static bool parse(struct reader *reader, char *octets)
{
	struct roll_conf *conf = reader->conf;
	struct roll_text text;
	struct roll_line line;
	conf->keys = calloc(ROLL_KEY_MAX, sizeof(struct roll_key));
	if (conf->keys == NULL) {
		return fail(reader, 0, "out of memory");
	}
	roll_text_begin(&text, octets);
	while (roll_text_next(&text, &line)) {
		if (!take_line(reader, &line)) {
			return false;
		}
	}
	if (text.why != NULL) {
		return fail(reader, text.line, "%s", text.why);
	}
	if (!close_entry(reader)) {
		return false;
	}
	if (conf->key_count == 0) {
		return fail(reader, 0, "there is no section 'key'");
	}
	return set_default(reader, &conf->state, STATE_FOLDER);
}

static bool parse_file(struct reader *reader)
{
	struct dance_octets content;
	const char *reason;
	if (!file_read(reader->file, &content, &reason)) {
		return fail(reader, 0, "cannot be read: %s", reason);
	}
	char *text = strndup((const char *)content.data, content.size);
	bool done = text == NULL             ? fail(reader, 0, "out of memory") :
		strlen(text) != content.size ? fail(reader, 0, "it is not a text") :
					       parse(reader, text);
	free(text);
	file_clear(&content);
	return done;
}

bool roll_conf_parse(struct roll_conf *conf, const char *file, char *octets,
	char why[ROLL_TEXT_ERROR_SIZE])
{
	struct reader reader = { .conf = conf, .file = file };
	*conf = (struct roll_conf){ 0 };
	bool done = parse(&reader, octets);
	memcpy(why, reader.why, sizeof(reader.why));
	return done;
}

bool roll_conf_read(struct roll_conf *conf, const char *path,
	char why[ROLL_TEXT_ERROR_SIZE])
{
	struct reader reader = { .conf = conf, .file = path };
	*conf = (struct roll_conf){ 0 };
	bool done = parse_file(&reader);
	memcpy(why, reader.why, sizeof(reader.why));
	return done;
}

static void key_clear(struct roll_key *key)
{
	char *const strings[] = { key->id, key->key_file, key->cert_file, key->server,
		key->tsig_file, key->update, key->knotc, key->hook, key->reload };
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		free(strings[i]);
	}
	for (size_t i = 0; i < ROLL_NAME_MAX; i++) {
		free(key->names[i]);
	}
}

void roll_conf_clear(struct roll_conf *conf)
{
	for (size_t i = 0; i < conf->key_count; i++) {
		key_clear(&conf->keys[i]);
	}
	free(conf->keys);
	free(conf->state);
	free(conf->trust_anchor);
	free(conf->root_hints);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		free(conf->forwarders[i]);
	}
	*conf = (struct roll_conf){ 0 };
}
