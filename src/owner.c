/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One TLSA owner name and what DNS says of it: making and freeing both. */

#include "owner.h"

#include <stdlib.h>
#include <string.h>
#include <urcu/uatomic.h>

struct owner *owner_new(const struct name *name)
{
	char text[DANCE_NAME_SIZE];
	name_to_text(name, text);
	size_t text_size = strlen(text) + 1;

	struct owner *owner = calloc(1, sizeof(*owner) + name->size + text_size);
	if (owner == NULL) {
		return NULL;
	}
	owner->wire_size = name->size;
	owner->suffix_size = 1; /* the root, until it is claimed below another one */
	memcpy(owner->wire, name->wire, name->size);
	memcpy(owner->wire + name->size, text, text_size);
	return owner;
}

void owner_free(struct owner *owner)
{
	if (owner != NULL) {
		knowledge_free(owner->knowledge);
		free(owner);
	}
}

const char *owner_text(const struct owner *owner)
{
	return (const char *)owner->wire + owner->wire_size;
}

const uint8_t *owner_suffix(const struct owner *owner)
{
	return owner->wire + owner->wire_size - owner->suffix_size;
}

const uint8_t *owner_child(const struct owner *owner)
{
	return owner_label_before(owner, owner_suffix(owner));
}

const uint8_t *owner_label_before(const struct owner *owner, const uint8_t *domain)
{
	const uint8_t *at = owner->wire;
	while (at + at[0] + 1 < domain) {
		at += at[0] + 1;
	}
	return at;
}

void owner_name(const struct owner *owner, struct name *name)
{
	name->size = owner->wire_size;
	memcpy(name->wire, owner->wire, owner->wire_size);
}

struct knowledge *knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why)
{
	size_t why_size = strnlen(why, DANCE_DETAIL_SIZE - 1);
	/* Most have no word, and need no more than the struct. */
	size_t size = offsetof(struct knowledge, why) + why_size + 1;
	struct knowledge *knowledge = malloc(size > sizeof(*knowledge) ?
			size :
			sizeof(*knowledge));
	if (knowledge == NULL) {
		free(set);
		return NULL;
	}
	static unsigned long serials;
	knowledge->retired = NULL;
	knowledge->serial = uatomic_add_return(&serials, 1);
	knowledge->set = set;
	knowledge->verdict = verdict;
	knowledge->brief = false;
	knowledge->valid_until = valid_until;
	memcpy(knowledge->why, why, why_size);
	knowledge->why[why_size] = '\0';
	return knowledge;
}

void knowledge_free(struct knowledge *knowledge)
{
	if (knowledge != NULL) {
		free(knowledge->set);
		free(knowledge);
	}
}
