/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TLSA owner name: the alphabet of names we take, and the way from text to wire form and
 * back, which needs no escapes in that alphabet. Does not know which peer may have a name. */

#include "name.h"

#include "dance.h"

#include <string.h>

static bool is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '-' || c == '_' || c == '.';
}

static uint8_t lower(char c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static const char *fault(const char *text, size_t size)
{
	if (size == 0) {
		return "the name is empty";
	}
	if (size >= DANCE_NAME_SIZE) {
		return "the name is too long";
	}
	size_t label = 0;
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)text[i] >= 0x80) {
			return "the name is not ASCII: write it with A-labels (xn--)";
		}
		if (!is_name_octet(text[i])) {
			return "the name may contain only letters, digits, hyphens and underscores";
		}
		label = text[i] == '.' ? 0 : label + 1;
		if (label > WIRE_LABEL_SIZE) {
			return "a label is too long";
		}
		if (text[i] == '.' && (i == 0 || text[i - 1] == '.')) {
			return "a label is empty";
		}
	}
	return label == 0 ? "the name has a trailing dot" : NULL;
}

bool name_from_text(struct name *name, const char *text, size_t size, const char **why)
{
	*name = (struct name){ 0 };
	*why = fault(text, size);
	if (*why != NULL) {
		return false;
	}

	/* Each label behind an octet with its length, which is counted up from 0: that octet takes
	 * the place of the dot before it. */
	size_t length = 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '.') {
			length = i + 1;
			continue;
		}
		name->wire[length]++;
		name->wire[i + 1] = lower(text[i]);
	}
	name->size = (uint8_t)(size + 2);
	return true;
}

bool name_from_wire(struct name *name, const uint8_t *wire, const char **why)
{
	char text[WIRE_NAME_SIZE];
	size_t size = 0;
	for (const uint8_t *label = wire; *label != 0; label += 1 + *label) {
		memcpy(text + size, label + 1, *label);
		/* A dot within a label must not look like one between two. */
		if (memchr(label + 1, '.', *label) != NULL) {
			text[size] = ' ';
		}
		size += *label;
		text[size++] = '.';
	}
	return name_from_text(name, text, size > 0 ? size - 1 : 0, why);
}

void name_to_text(const struct name *name, char *text)
{
	size_t size = 0;
	if (name->size >= 2) {
		for (const uint8_t *label = name->wire; *label != 0; label += 1 + *label) {
			memcpy(text + size, label + 1, *label);
			size += *label;
			text[size++] = '.';
		}
		size--;
	}
	text[size] = '\0';
}

bool name_is_equal(const struct name *a, const struct name *b)
{
	return a->size == b->size && memcmp(a->wire, b->wire, a->size) == 0;
}

bool name_is_below(const struct name *name, const struct name *suffix)
{
	return wire_name_depth(name->wire, suffix->wire) > 0;
}

bool name_is_child(const struct name *name, const struct name *parent)
{
	return wire_name_depth(name->wire, parent->wire) == 1;
}

/* Octets of the label "_" and then only octets of this kind, 0 if it is another. */
static size_t service_label(const uint8_t *label, int (*is_kind)(int))
{
	if (label[0] < 2 || label[1] != '_') {
		return 0;
	}
	for (uint8_t i = 2; i <= label[0]; i++) {
		if (is_kind(label[i]) == 0) {
			return 0;
		}
	}
	return (size_t)label[0] + 1;
}

static int is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int is_letter(int c)
{
	return c >= 'a' && c <= 'z';
}

void name_to_host(const struct name *owner, struct name *host)
{
	*host = *owner;
	size_t port = service_label(owner->wire, is_digit);
	size_t protocol = port > 0 ? service_label(owner->wire + port, is_letter) : 0;
	size_t prefix = port + protocol;
	if (protocol == 0 || owner->wire[prefix] == 0) {
		return;
	}
	host->size = (uint8_t)(owner->size - prefix);
	memmove(host->wire, owner->wire + prefix, host->size);
}
