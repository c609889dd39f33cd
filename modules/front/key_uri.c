/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A `pkcs11:` URI is a list of attributes: those that say what is meant, with semicolons between
 * them; after a question mark those that say how to get it, with ampersands. */

#include "key_uri.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PIN_VALUE "pin-value"
#define PIN_SOURCE "pin-source"

/* An attribute in its URI. */
struct attribute {
	const char *name;
	size_t name_size;
	const char *value; /* NULL: there is no '=' */
	size_t value_size;
	bool in_query;
};

/* RFC 7512 2.3 and 2.4. None of these is secret. */
static const char *const of_path[] = { "token", "manufacturer", "serial", "model",
	"library-manufacturer", "library-version", "library-description", "object", "type",
	"id", "slot-manufacturer", "slot-description", "slot-id", NULL };
static const char *const object_names[] = { "object", "type", "id", NULL };
static const char *const of_query[] = { PIN_SOURCE, "module-name", "module-path", NULL };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool key_uri_scheme(const char *text, char scheme[KEY_URI_SCHEME_SIZE])
{
	size_t size = 0;
	while (is_letter(text[size]) ||
		(size > 0 &&
			(is_digit(text[size]) || text[size] == '+' || text[size] == '-' ||
				text[size] == '.'))) {
		if (size == KEY_URI_SCHEME_SIZE - 1) {
			return false;
		}
		scheme[size] = text[size];
		if (text[size] >= 'A' && text[size] <= 'Z') {
			scheme[size] = (char)(text[size] - 'A' + 'a');
		}
		size++;
	}
	scheme[size] = '\0';
	return size >= 2 && text[size] == ':';
}

static bool has_scheme(const char *uri, const char *wanted)
{
	char scheme[KEY_URI_SCHEME_SIZE];
	return key_uri_scheme(uri, scheme) && strcmp(scheme, wanted) == 0;
}

/* The next attribute from `*at` on, which is then behind it. False at the end. */
static bool next(const char **at, bool in_query, struct attribute *attribute)
{
	const char *text = *at;
	if (*text == '\0') {
		return false;
	}
	/* A semicolon does not separate there, but nobody else may think so: it ends a PIN. */
	size_t size = strcspn(text, in_query ? "&;" : ";?");
	const char *equals = memchr(text, '=', size);
	*attribute = (struct attribute){ .name = text,
		.name_size = equals != NULL ? (size_t)(equals - text) : size,
		.value = equals != NULL ? equals + 1 : NULL,
		.value_size = equals != NULL ? (size_t)(text + size - equals - 1) : 0,
		.in_query = in_query };
	*at = text + size;
	return true;
}

/* Calls `tell` for each attribute until it says false. */
static bool for_each(const char *uri, bool (*tell)(const struct attribute *, void *),
	void *arg)
{
	const char *at = strchr(uri, ':') + 1;
	bool in_query = false;
	struct attribute attribute;
	for (;;) {
		if (next(&at, in_query, &attribute) && !tell(&attribute, arg)) {
			return false;
		}
		if (*at == '\0') {
			return true;
		}
		in_query = in_query || *at == '?';
		at++;
	}
}

static bool is_named(const struct attribute *attribute, const char *name)
{
	return attribute->name_size == strlen(name) &&
		strncasecmp(attribute->name, name, attribute->name_size) == 0;
}

static bool is_in(const struct attribute *attribute, const char *const *list)
{
	while (*list != NULL && !is_named(attribute, *list)) {
		list++;
	}
	return *list != NULL;
}

/* --- what may be shown -------------------------------------------------------------------- */

struct writer {
	char *text;
	size_t size, used;
};

static void put(struct writer *writer, const char *text, size_t size)
{
	size_t room = writer->size - 1 - writer->used;
	size = size < room ? size : room;
	memcpy(writer->text + writer->used, text, size);
	writer->used += size;
	writer->text[writer->used] = '\0';
}

static bool show(const struct attribute *attribute, void *arg)
{
	struct writer *writer = arg;
	const bool public = attribute->value != NULL &&
		is_in(attribute, attribute->in_query ? of_query : of_path);
	const char before = attribute->name[-1];
	if (before != ':') {
		put(writer, &before, 1);
	}
	if (attribute->value != NULL) {
		put(writer, attribute->name, attribute->name_size + 1);
	}
	if (public) {
		put(writer, attribute->value, attribute->value_size);
	} else if (attribute->value != NULL || attribute->name_size > 0) {
		put(writer, "***", 3);
	}
	return true;
}

void key_uri_show(const char *uri, char shown[KEY_URI_SHOWN_SIZE])
{
	struct writer writer = { .text = shown, .size = KEY_URI_SHOWN_SIZE };
	const char *colon = strchr(uri, ':');
	shown[0] = '\0';
	if (colon == NULL) {
		put(&writer, uri, strlen(uri));
	} else if (has_scheme(uri, "pkcs11")) {
		put(&writer, uri, (size_t)(colon + 1 - uri));
		(void)for_each(uri, show, &writer);
	} else {
		/* What others have in a query is not known. */
		size_t plain = strcspn(uri, "?");
		put(&writer, uri, plain);
		put(&writer, "?***", uri[plain] != '\0' ? 4 : 0);
	}
	if (writer.used == KEY_URI_SHOWN_SIZE - 1) {
		memcpy(shown + writer.used - 3, "...", 3);
	}
}

/* --- PINs --------------------------------------------------------------------------------- */

static int digit_of(char c)
{
	return is_digit(c)           ? c - '0' :
		c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		c >= 'A' && c <= 'F' ? c - 'A' + 10 :
				       -1;
}

/* RFC 3986 2.1. False if it has a zero, or does not fit. */
static bool decode(const char *text, size_t size, char decoded[KEY_URI_MAX])
{
	size_t used = 0;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];
		if (c == '%' && i + 2 < size && digit_of(text[i + 1]) >= 0 &&
			digit_of(text[i + 2]) >= 0) {
			c = (char)(digit_of(text[i + 1]) << 4 | digit_of(text[i + 2]));
			i += 2;
		}
		if (c == '\0' || used == KEY_URI_MAX - 1) {
			return false;
		}
		decoded[used++] = c;
	}
	decoded[used] = '\0';
	return true;
}

static bool find_pin_file(const struct attribute *attribute, void *arg)
{
	char decoded[KEY_URI_MAX];
	char *path = arg;
	if (attribute->in_query && attribute->value != NULL &&
		is_named(attribute, PIN_SOURCE) &&
		decode(attribute->value, attribute->value_size, decoded)) {
		const char *from = strncmp(decoded, "file:", 5) == 0 ? decoded + 5 :
								       decoded;
		memmove(path, from, strlen(from) + 1);
		return false;
	}
	return true;
}

bool key_uri_pin_file(const char *uri, char path[KEY_URI_MAX])
{
	path[0] = '\0';
	return has_scheme(uri, "pkcs11") && !for_each(uri, find_pin_file, path);
}

static bool is_pin_value(const struct attribute *attribute)
{
	return is_named(attribute, PIN_VALUE);
}

static bool is_no_pin_value(const struct attribute *attribute, void *arg)
{
	(void)arg;
	return !is_pin_value(attribute);
}

bool key_uri_shows_pin(const char *uri)
{
	return has_scheme(uri, "pkcs11") && !for_each(uri, is_no_pin_value, NULL);
}

bool key_uri_has_pin(const char *uri)
{
	char path[KEY_URI_MAX];
	return key_uri_shows_pin(uri) || key_uri_pin_file(uri, path);
}

struct stripping {
	struct writer writer;
	bool of_object; /* goes too */
	bool has_path;  /* there is an attribute before the question mark */
	bool has_query; /* there is one behind it */
};

static bool keep_unless_stripped(const struct attribute *attribute, void *arg)
{
	struct stripping *stripping = arg;
	if (is_pin_value(attribute) || is_named(attribute, PIN_SOURCE) ||
		(stripping->of_object && is_in(attribute, object_names)) ||
		attribute->name_size == 0) {
		return true;
	}
	bool *has = attribute->in_query ? &stripping->has_query : &stripping->has_path;
	const char *before = attribute->in_query ? (*has ? "&" : "?") : (*has ? ";" : "");
	put(&stripping->writer, before, strlen(before));
	put(&stripping->writer, attribute->name,
		attribute->name_size +
			(attribute->value != NULL ? 1 + attribute->value_size : 0));
	*has = true;
	return true;
}

static void strip(const char *uri, bool of_object, char stripped[KEY_URI_MAX])
{
	struct stripping stripping = { .writer = { .text = stripped, .size = KEY_URI_MAX },
		.of_object = of_object };
	put(&stripping.writer, uri, (size_t)(strchr(uri, ':') + 1 - uri));
	(void)for_each(uri, keep_unless_stripped, &stripping);
}

void key_uri_strip_pin(const char *uri, char stripped[KEY_URI_MAX])
{
	strip(uri, false, stripped);
}

void key_uri_strip_object(const char *uri, char stripped[KEY_URI_MAX])
{
	strip(uri, true, stripped);
}

/* --- mistakes ----------------------------------------------------------------------------- */

static const char *mistake_in_source(const struct attribute *attribute)
{
	char decoded[KEY_URI_MAX];
	if (!decode(attribute->value, attribute->value_size, decoded)) {
		return "its pin-source cannot be read";
	}
	const char *path = strncmp(decoded, "file:", 5) == 0 ? decoded + 5 : decoded;
	return path[0] == '/' ? NULL : "its pin-source must be file: and an absolute path";
}

static bool find_mistake(const struct attribute *attribute, void *arg)
{
	const char **mistake = arg;
	const bool is_vendors = attribute->name_size > 2 &&
		strncmp(attribute->name, "x-", 2) == 0;
	if (attribute->name_size == 0 && attribute->value == NULL) {
		return true;
	}
	if (attribute->value == NULL) {
		*mistake = "an attribute of it has no value";
	} else if (!attribute->in_query &&
		(is_pin_value(attribute) || is_named(attribute, PIN_SOURCE))) {
		*mistake = "its PIN must come after a '?'";
	} else if (attribute->in_query && attribute->name[-1] == ';') {
		*mistake = "after its '?' attributes are separated by '&'";
	} else if (attribute->in_query && is_named(attribute, PIN_SOURCE)) {
		*mistake = mistake_in_source(attribute);
	} else if (!is_vendors && !is_in(attribute, of_path) &&
		!is_in(attribute, of_query) && !is_pin_value(attribute)) {
		*mistake = "it has an attribute that RFC 7512 does not define";
	} else if (!is_vendors && !attribute->in_query && !is_in(attribute, of_path)) {
		*mistake = "an attribute of it must come after a '?'";
	} else if (!is_vendors && attribute->in_query && is_in(attribute, of_path)) {
		*mistake = "an attribute of it must come before the '?'";
	}
	return *mistake == NULL;
}

const char *key_uri_mistake(const char *uri)
{
	const char *mistake = NULL;
	if (strlen(uri) >= KEY_URI_MAX) {
		return "it is too long";
	}
	if (has_scheme(uri, "pkcs11")) {
		(void)for_each(uri, find_mistake, &mistake);
	}
	return mistake;
}

/* --- files -------------------------------------------------------------------------------- */

const char *key_uri_path(const char *uri)
{
	static const char local[] = "//localhost/";
	if (!has_scheme(uri, "file")) {
		return NULL;
	}
	const char *path = uri + sizeof("file:") - 1;
	if (strncasecmp(path, local, sizeof(local) - 1) == 0) {
		return path + sizeof(local) - 2;
	}
	return strncmp(path, "///", 3) == 0 ? path + 2 : path;
}
