/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From text to the names of certificates. */

#include "name_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void give_up(const char *text)
{
	fprintf(stderr, "name_writer: '%s'\n", text);
	abort();
}

static void put_hex(struct der *to, const char *digits, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2) {
		char pair[3] = { digits[i], digits[i + 1], '\0' };
		unsigned char octet = (unsigned char)strtoul(pair, NULL, 16);
		der_append(to, &octet, 1);
	}
}

static void put_type(struct der *to, const char *text, size_t size)
{
	static const struct {
		const char *name, *oid;
	} types[] = {
		{ "C", "550406" },
		{ "O", "55040a" },
		{ "OU", "55040b" },
		{ "CN", "550403" },
		{ "DC", "0992268993f22c640119" },
		{ "E", "2a864886f70d010901" },
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i].name) == size &&
			memcmp(types[i].name, text, size) == 0) {
			struct der oid = { 0 };
			put_hex(&oid, types[i].oid, strlen(types[i].oid));
			der_wrap(to, DER_OID, &oid);
			return;
		}
	}
	give_up(text);
}

static unsigned char tag_of(char letter)
{
	static const char letters[] = "unptivwbx";
	static const unsigned char tags[] = {
		0x0c,
		0x12,
		0x13,
		0x14,
		0x16,
		0x1a,
		0x1c,
		0x1e,
		0x02,
	};
	const char *found = letter != '\0' ? strchr(letters, letter) : NULL;
	if (found == NULL) {
		give_up("a letter that is no type");
	}
	return tags[found - letters];
}

static void put_attribute(struct der *to, const char *text, size_t size)
{
	size_t type = strcspn(text, ":=#"), at = type;
	unsigned char tag = tag_of('u');
	struct der attribute = { 0 }, value = { 0 };
	if (text[at] == ':') {
		tag = tag_of(text[at + 1]);
		at += 2;
	}
	if (at >= size) {
		give_up(text);
	}
	put_type(&attribute, text, type);
	if (text[at] == '#') {
		put_hex(&value, text + at + 1, size - at - 1);
	} else {
		der_append(&value, text + at + 1, size - at - 1);
	}
	der_wrap(&attribute, tag, &value);
	der_wrap(to, DER_SEQUENCE, &attribute);
}

static void put_rdn(struct der *to, const char *text, size_t size)
{
	struct der set = { 0 };
	while (size > 0) {
		size_t one = strcspn(text, "+/");
		one = one < size ? one : size;
		put_attribute(&set, text, one);
		one += one < size;
		text += one;
		size -= one;
	}
	der_wrap(to, DER_SET, &set);
}

void name_put_dn(struct der *to, const char *text)
{
	struct der rdns = { 0 };
	while (*text != '\0') {
		size_t size = strcspn(text, "/");
		put_rdn(&rdns, text, size);
		text += size + (text[size] != '\0');
	}
	der_wrap(to, DER_SEQUENCE, &rdns);
}

static void put_other(struct der *to, const char *oid, const char *text)
{
	struct der name = { 0 }, type = { 0 }, value = { 0 };
	put_hex(&type, oid, strlen(oid));
	der_wrap(&name, DER_OID, &type);
	der_put(&value, 0x0c, text, strlen(text));
	der_wrap(&name, 0xa0, &value);
	der_wrap(to, 0xa0, &name);
}

static void put_one(struct der *to, const char *text)
{
	static const struct {
		const char *kind;
		unsigned char tag;
		char how; /* text, hexadecimal digits, name */
		const char *oid;
	} kinds[] = {
		{ "dns:", 0x82, 't' },
		{ "email:", 0x81, 't' },
		{ "uri:", 0x86, 't' },
		{ "ip:", 0x87, 'h' },
		{ "rid:", 0x88, 'h' },
		{ "x400:", 0xa3, 'h' },
		{ "edi:", 0xa5, 'h' },
		{ "dir:", 0xa4, 'n' },
		{ "utf8mail:", 0xa0, 't', "2b06010505070809" },
		{ "srv:", 0xa0, 't', "2b06010505070807" },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t size = strlen(kinds[i].kind);
		struct der value = { 0 };
		if (strncmp(text, kinds[i].kind, size) != 0) {
			continue;
		}
		text += size;
		if (kinds[i].oid != NULL) {
			put_other(to, kinds[i].oid, text);
			return;
		}
		if (kinds[i].how == 'n') {
			name_put_dn(&value, text);
		} else if (kinds[i].how == 'h') {
			put_hex(&value, text, strlen(text));
		} else {
			der_append(&value, text, strlen(text));
		}
		der_wrap(to, kinds[i].tag, &value);
		return;
	}
	give_up(text);
}

/* Calls for each part of a list with bars; the part is a string of its own. */
static void for_each(const char *list, void put(struct der *to, const char *text),
	struct der *to)
{
	char *copy = strdup(list), *rest = copy, *one;
	while (copy != NULL && (one = strsep(&rest, "|")) != NULL) {
		put(to, one);
	}
	free(copy);
}

void name_put_general(struct der *to, const char *text)
{
	struct der names = { 0 };
	for_each(text, put_one, &names);
	der_wrap(to, DER_SEQUENCE, &names);
}

static void put_distance(struct der *to, unsigned char tag, const char *text)
{
	if (text != NULL) {
		unsigned char number = (unsigned char)(text[5] - '0');
		der_put(to, tag, &number, 1);
	}
}

static void put_subtree(struct der *to, const char *text)
{
	struct der subtree = { 0 };
	const char *minimum = strstr(text, " min "), *maximum = strstr(text, " max ");
	const char *end = minimum != NULL ? minimum : maximum;
	char *base = end == NULL ? strdup(text) : strndup(text, (size_t)(end - text));
	put_one(&subtree, base);
	free(base);
	put_distance(&subtree, 0x80, minimum);
	put_distance(&subtree, 0x81, maximum);
	der_wrap(to, DER_SEQUENCE, &subtree);
}

void name_put_constraints(struct der *to, const char *permitted, const char *excluded)
{
	struct der lists = { 0 }, list = { 0 };
	if (permitted != NULL) {
		for_each(permitted, put_subtree, &list);
		der_wrap(&lists, 0xa0, &list);
	}
	if (excluded != NULL) {
		for_each(excluded, put_subtree, &list);
		der_wrap(&lists, 0xa1, &list);
	}
	der_wrap(to, DER_SEQUENCE, &lists);
}
