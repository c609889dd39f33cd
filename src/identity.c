/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One name and what DNS says of it: making and freeing both. */

#include "identity.h"

#include <stdlib.h>
#include <string.h>
#include <urcu/uatomic.h>

struct identity *identity_new(const struct name *name)
{
	char text[DANCE_NAME_SIZE];
	name_to_text(name, text);
	size_t text_size = strlen(text) + 1;

	struct identity *identity = calloc(1, sizeof(*identity) + name->size + text_size);
	if (identity == NULL) {
		return NULL;
	}
	identity->wire_size = name->size;
	identity->suffix_size = 1; /* the root, until it is claimed below another one */
	memcpy(identity->wire, name->wire, name->size);
	memcpy(identity->wire + name->size, text, text_size);
	return identity;
}

void identity_free(struct identity *identity)
{
	if (identity != NULL) {
		knowledge_free(identity->knowledge);
		free(identity);
	}
}

const char *identity_text(const struct identity *identity)
{
	return (const char *)identity->wire + identity->wire_size;
}

const uint8_t *identity_suffix(const struct identity *identity)
{
	return identity->wire + identity->wire_size - identity->suffix_size;
}

const uint8_t *identity_child(const struct identity *identity)
{
	return identity_label_before(identity, identity_suffix(identity));
}

const uint8_t *identity_label_before(const struct identity *identity, const uint8_t *domain)
{
	const uint8_t *at = identity->wire;
	while (at + at[0] + 1 < domain) {
		at += at[0] + 1;
	}
	return at;
}

void identity_name(const struct identity *identity, struct name *name)
{
	name->size = identity->wire_size;
	memcpy(name->wire, identity->wire, identity->wire_size);
}

struct knowledge *knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why)
{
	size_t why_size = strnlen(why, DANCE_DETAIL_SIZE - 1);
	struct knowledge *knowledge = malloc(sizeof(*knowledge) + why_size + 1);
	if (knowledge == NULL) {
		free(set);
		return NULL;
	}
	static unsigned long serials;
	knowledge->retired = NULL;
	knowledge->serial = uatomic_add_return(&serials, 1);
	knowledge->set = set;
	knowledge->verdict = verdict;
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
