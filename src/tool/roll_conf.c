/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance-roll.conf as values: a table has the items, and says where each goes. */

#include "roll_conf.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "owner_name.h"
#include "resolver.h"
#include "verdict.h"

#define STATE_FOLDER "/var/lib/dance-roll"
#define DAY 86400u
#define ID_MAX 63

enum kind {
	STRING,
	PATH,      /* absolute */
	COMMAND,   /* words */
	SECONDS,   /* with s, m, h, d or w behind the number */
	CHOICE,    /* one of `words` */
	ADDRESS,   /* ADDR or ADDR@PORT */
	NAMES,     /* owner names */
	ADDRESSES, /* of resolvers */
};

struct item {
	const char *name;
	enum kind kind;
	size_t at; /* in the struct of its section */
	const char *const *words;
	bool needed;
};

#define OF_CONF(kind, field) kind, offsetof(struct roll_conf, field)
#define OF_KEY(kind, field) kind, offsetof(struct roll_key, field)

static const char *const algorithms[] = { "ecdsa-p256", "ed25519", "rsa-3072", NULL };
static const char *const ways[] = { "update", "knotc", "hook", NULL };

/* clang-format off */
static const struct item roll_items[] = {
	{ "state", OF_CONF(PATH, state), NULL, false },
	{ NULL },
};

static const struct item dns_items[] = {
	{ "trust-anchor", OF_CONF(PATH, trust_anchor), NULL, false },
	{ "root-hints", OF_CONF(PATH, root_hints), NULL, false },
	{ "resolver", OF_CONF(ADDRESSES, forwarders), NULL, false },
	{ NULL },
};

static const struct item key_items[] = {
	{ "id", OF_KEY(STRING, id), NULL, true },
	{ "name", OF_KEY(NAMES, names), NULL, true },
	{ "key-file", OF_KEY(PATH, key_file), NULL, true },
	{ "cert-file", OF_KEY(PATH, cert_file), NULL, false },
	{ "algorithm", OF_KEY(CHOICE, algorithm), algorithms, false },
	{ "every", OF_KEY(SECONDS, every_s), NULL, false },
	{ "keep", OF_KEY(SECONDS, keep_s), NULL, false },
	{ "ttl", OF_KEY(SECONDS, ttl), NULL, false },
	{ "publish", OF_KEY(CHOICE, way), ways, true },
	{ "server", OF_KEY(ADDRESS, server), NULL, false },
	{ "tsig-file", OF_KEY(PATH, tsig_file), NULL, false },
	{ "update", OF_KEY(COMMAND, update), NULL, false },
	{ "knotc", OF_KEY(COMMAND, knotc), NULL, false },
	{ "hook", OF_KEY(COMMAND, hook), NULL, false },
	{ "reload", OF_KEY(COMMAND, reload), NULL, false },
	{ NULL },
};
/* clang-format on */

static const struct section {
	const char *name;
	const struct item *items;
} sections[] = {
	{ "roll", roll_items },
	{ "dns", dns_items },
	{ "key", key_items },
};

struct reader {
	struct roll_conf *conf;
	const char *file;
	char *why;
	const struct section *section; /* NULL: none yet */
	void *entry;           /* the struct that values go to; NULL: none is open */
	unsigned seen;         /* items of the entry, as bits */
	unsigned seen_once[2]; /* of `roll` and `dns` */
};

static bool fail(const struct reader *reader, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static bool fail(const struct reader *reader, size_t line, const char *format, ...)
{
	va_list args;
	int used = line != 0 ?
		snprintf(reader->why, ROLL_TEXT_ERROR_SIZE, "%.200s:%zu: ", reader->file,
			line) :
		snprintf(reader->why, ROLL_TEXT_ERROR_SIZE, "%.200s: ", reader->file);
	va_start(args, format);
	(void)vsnprintf(reader->why + used, ROLL_TEXT_ERROR_SIZE - (size_t)used, format,
		args);
	va_end(args);
	result_make_printable(reader->why);
	return false;
}

static bool is_key(const struct reader *reader)
{
	return reader->section != NULL && reader->section->items == key_items;
}

static bool set_string(const struct reader *reader, void *at, const char *value)
{
	char *copy = strdup(value);
	if (copy == NULL) {
		return fail(reader, 0, "out of memory");
	}
	memcpy(at, &copy, sizeof(copy));
	return true;
}

/* In lower case, so that equal names are equal strings. */
static bool set_names(const struct reader *reader, const struct roll_line *line)
{
	struct roll_key *key = reader->entry;
	for (size_t i = 0; i < line->count; i++) {
		char owner[DANCE_NAME_SIZE];
		const char *why;
		if (i == ROLL_NAME_MAX) {
			return fail(reader, line->number, "'name' has more than %d names",
				ROLL_NAME_MAX);
		}
		if (!owner_name_from_text(line->values[i], owner, &why)) {
			return fail(reader, line->number, "'name' is '%.80s', %s",
				line->values[i], why);
		}
		for (char *c = owner; *c != '\0'; c++) {
			*c = (char)tolower((unsigned char)*c);
		}
		if (!set_string(reader, &key->names[i], owner)) {
			return false;
		}
		key->name_count = i + 1;
	}
	return true;
}

static bool set_resolvers(const struct reader *reader, const struct roll_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		if (i == DANCE_FORWARDER_MAX) {
			return fail(reader, line->number,
				"'resolver' has more than %d addresses",
				DANCE_FORWARDER_MAX);
		}
		if (!resolver_check_forwarder(line->values[i])) {
			return fail(reader, line->number,
				"'resolver' is '%.80s', must be an IPv4 or IPv6 address",
				line->values[i]);
		}
		if (!set_string(reader, &reader->conf->forwarders[i], line->values[i])) {
			return false;
		}
	}
	return true;
}

static bool set_seconds(const struct reader *reader, const struct roll_line *line,
	unsigned *at)
{
	static const struct {
		char letter;
		unsigned seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY },
		{ 'w', 7 * DAY } };
	const char *text = line->values[0];
	unsigned long long number = 0, unit = 0;
	size_t digits = strspn(text, "0123456789");
	if (digits > 0 && digits < 11) {
		number = strtoull(text, NULL, 10);
		unit = text[digits] == '\0' ? 1 : 0;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && unit == 0; i++) {
		if (text[digits] == units[i].letter && text[digits + 1] == '\0') {
			unit = units[i].seconds;
		}
	}
	if (digits == 0 || unit == 0 || number > INT32_MAX / unit) {
		return fail(reader, line->number,
			"'%s' is '%.80s', must be a time such as 3600, 90m, 12h, 90d or 8w",
			line->name, text);
	}
	*at = (unsigned)(number * unit);
	return true;
}

static bool set_choice(const struct reader *reader, const struct item *item,
	const struct roll_line *line, unsigned *at)
{
	for (unsigned i = 0; item->words[i] != NULL; i++) {
		if (strcmp(item->words[i], line->values[0]) == 0) {
			*at = i;
			return true;
		}
	}
	return fail(reader, line->number, "'%s' is '%.80s', must be %s, %s or %s",
		line->name, line->values[0], item->words[0], item->words[1],
		item->words[2]);
}

static bool set_value(const struct reader *reader, const struct item *item,
	const struct roll_line *line)
{
	void *at = (char *)reader->entry + item->at;
	const char *value = line->values[0];
	if (line->count > 1 && item->kind != NAMES && item->kind != ADDRESSES) {
		return fail(reader, line->number, "'%s' takes one value", line->name);
	}
	switch (item->kind) {
	case NAMES:
		return set_names(reader, line);
	case ADDRESSES:
		return set_resolvers(reader, line);
	case SECONDS:
		return set_seconds(reader, line, at);
	case CHOICE:
		return set_choice(reader, item, line, at);
	case ADDRESS:
		return (resolver_check_forwarder(value) ||
			       fail(reader, line->number,
				       "'%s' is '%.80s', must be an IPv4 or IPv6 address",
				       line->name, value)) &&
			set_string(reader, at, value);
	case PATH:
		if (value[0] != '/') {
			return fail(reader, line->number,
				"'%s' is '%.80s', must be an absolute path", line->name,
				value);
		}
		return set_string(reader, at, value);
	case COMMAND:
		if (value[strspn(value, " ")] == '\0') {
			return fail(reader, line->number, "'%s' must be a command",
				line->name);
		}
		return set_string(reader, at, value);
	case STRING:
	default:
		return set_string(reader, at, value);
	}
}

static bool set_item(struct reader *reader, const struct roll_line *line)
{
	const struct item *items = reader->section->items;
	for (unsigned i = 0; items[i].name != NULL; i++) {
		if (strcmp(items[i].name, line->name) != 0) {
			continue;
		}
		if ((reader->seen >> i & 1) != 0) {
			return fail(reader, line->number, "'%s' may be given only once",
				line->name);
		}
		reader->seen |= 1u << i;
		return set_value(reader, &items[i], line);
	}
	return fail(reader, line->number, "section '%s' has no item '%.80s'",
		reader->section->name, line->name);
}

static bool check_needed(const struct reader *reader, const struct roll_key *key)
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
static bool check_way(const struct reader *reader, const struct roll_key *key)
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
static bool check_others(const struct reader *reader, const struct roll_key *key)
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
	return (key->update != NULL || set_string(reader, &key->update, "nsupdate")) &&
		(key->knotc != NULL || set_string(reader, &key->knotc, "knotc"));
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
			reader->seen = is_key(reader) ? 0 : reader->seen_once[i];
			return true;
		}
	}
	return fail(reader, line->number, "there is no section '%.80s'", line->name);
}

static bool check_id(const struct reader *reader, const struct roll_line *line)
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
		.every_s = 90 * DAY, .keep_s = 3600, .ttl = 3600, .line = line->number
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

bool roll_conf_parse(struct roll_conf *conf, const char *file, char *octets,
	char why[ROLL_TEXT_ERROR_SIZE])
{
	struct reader reader = { .conf = conf, .file = file, .why = why };
	struct roll_text text;
	struct roll_line line;
	*conf = (struct roll_conf){ .keys = calloc(ROLL_KEY_MAX, sizeof(struct roll_key)) };
	if (conf->keys == NULL) {
		return fail(&reader, 0, "out of memory");
	}
	roll_text_begin(&text, octets);
	while (roll_text_next(&text, &line)) {
		if (!take_line(&reader, &line)) {
			return false;
		}
	}
	if (text.why[0] != '\0') {
		return fail(&reader, text.line, "%s", text.why);
	}
	if (!close_entry(&reader)) {
		return false;
	}
	if (conf->key_count == 0) {
		return fail(&reader, 0, "there is no section 'key'");
	}
	return conf->state != NULL || set_string(&reader, &conf->state, STATE_FOLDER);
}

bool roll_conf_read(struct roll_conf *conf, const char *path,
	char why[ROLL_TEXT_ERROR_SIZE])
{
	struct dance_octets content;
	const char *reason;
	*conf = (struct roll_conf){ 0 };
	if (!file_read(path, &content, &reason)) {
		(void)snprintf(why, ROLL_TEXT_ERROR_SIZE, "%.200s: cannot be read: %s",
			path, reason);
		result_make_printable(why);
		return false;
	}
	bool read = false;
	char *text = malloc(content.size + 1);
	if (text == NULL || memchr(content.data, '\0', content.size) != NULL) {
		(void)snprintf(why, ROLL_TEXT_ERROR_SIZE, "%.200s: %s", path,
			text == NULL ? "out of memory" : "it is not a text");
	} else {
		memcpy(text, content.data, content.size);
		text[content.size] = '\0';
		read = roll_conf_parse(conf, path, text, why);
	}
	free(text);
	file_clear(&content);
	return read;
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
