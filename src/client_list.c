/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From an answer to the names of a list. Whoever signs the zone of a list chooses the names, so
 * those are octets of others: each is checked like a name that a peer claims. */

#include "client_list.h"

#include <stdlib.h>
#include <string.h>
#include <urcu/uatomic.h>

#include "freshness.h"

static int compare(const void *a, const void *b)
{
	const struct name *left = a, *right = b;
	if (left->size != right->size) {
		return left->size - right->size;
	}
	return memcmp(left->wire, right->wire, left->size);
}

static bool is_readable(const struct resolver_answer *answer)
{
	return answer->names != NULL && answer->count <= CLIENT_LIST_MAX;
}

struct client_list *client_list_new(const struct resolver_answer *answer)
{
	size_t count = is_readable(answer) ? answer->count : 0;
	struct client_list *list = calloc(1,
		sizeof(*list) + count * sizeof(list->names[0]));
	if (list == NULL) {
		return NULL;
	}
	const uint8_t *wire = answer->names;
	for (size_t i = 0; i < count; i++, wire += wire_name_size(wire)) {
		const char *why;
		if (name_from_wire(&list->names[list->count], wire, &why)) {
			list->count++;
		} else {
			list->left_out++;
		}
	}
	qsort(list->names, list->count, sizeof(list->names[0]), compare);
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (kept == 0 || compare(&list->names[kept - 1], &list->names[i]) != 0) {
			list->names[kept++] = list->names[i];
		}
	}
	list->count = kept;
	return list;
}

struct client_list *client_list_copy(const struct client_list *list)
{
	if (list == NULL) {
		return NULL;
	}
	size_t size = sizeof(*list) + list->count * sizeof(list->names[0]);
	struct client_list *copy = malloc(size);
	if (copy != NULL) {
		memcpy(copy, list, size);
	}
	return copy;
}

bool client_list_has(const struct client_list *list, const struct name *name)
{
	return list != NULL &&
		bsearch(name, list->names, list->count, sizeof(list->names[0]), compare) !=
		NULL;
}

bool client_list_is_same(const struct client_list *a, const struct client_list *b)
{
	if (a == NULL || b == NULL) {
		return a == b;
	}
	bool same = a->count == b->count && a->left_out == b->left_out;
	for (size_t i = 0; same && i < a->count; i++) {
		same = compare(&a->names[i], &b->names[i]) == 0;
	}
	return same;
}

enum dance_verdict client_list_verdict(const struct resolver_answer *answer)
{
	if (answer->outcome == RESOLVER_SECURE && !is_readable(answer)) {
		return DANCE_DENY_UNUSABLE;
	}
	return answer->outcome == RESOLVER_DENIED ? DANCE_UNDECIDED :
						    resolver_verdict(answer->outcome);
}

/* What cannot be printed, and a dot within a label, as a question mark. */
static void put_printable(const uint8_t *wire, char text[DANCE_NAME_SIZE])
{
	size_t size = 0;
	for (const uint8_t *label = wire; *label != 0; label += 1 + *label) {
		for (uint8_t i = 1; i <= *label && size < DANCE_NAME_SIZE - 1; i++) {
			bool fine = label[i] > ' ' && label[i] <= '~' && label[i] != '.';
			text[size++] = fine ? (char)label[i] : '?';
		}
		text[size++] = '.';
	}
	size -= size > 0;
	text[size] = '\0';
	if (size == 0) {
		memcpy(text, ".", 2);
	}
}

bool client_list_left_out(const struct resolver_answer *answer, char text[DANCE_NAME_SIZE],
	const char **why)
{
	const uint8_t *wire = answer->names;
	for (size_t i = 0; is_readable(answer) && i < answer->count;
		i++, wire += wire_name_size(wire)) {
		struct name name;
		if (!name_from_wire(&name, wire, why)) {
			put_printable(wire, text);
			return true;
		}
	}
	return false;
}

enum dance_verdict client_list_counts(const struct owner *list,
	const struct knowledge *known, const struct dance_options *options, uint64_t now,
	bool *awaited, const char **why)
{
	*awaited = known == NULL;
	if (known == NULL) {
		*why = client_list_text(DANCE_FAIL_NOT_READY);
		return DANCE_FAIL_NOT_READY;
	}
	if (known->verdict != DANCE_UNDECIDED) {
		*why = *known->why != '\0' ? known->why : client_list_text(known->verdict);
		return known->verdict;
	}
	enum dance_verdict trouble = uatomic_read(&list->trouble);
	bool fails = dance_verdict_class(trouble) == DANCE_CLASS_FAIL ||
		trouble == DANCE_UNDECIDED;
	if (known->names != NULL &&
		(fails ? freshness_records_hold(known, trouble, false, options, now) :
			 freshness_is_within_ttl(known, now))) {
		return DANCE_UNDECIDED;
	}
	if (trouble != DANCE_UNDECIDED) {
		*why = client_list_text(trouble);
		return trouble;
	}
	*awaited = known->brief;
	*why = "expired, and is being looked up again";
	return DANCE_FAIL_NOT_READY;
}

const char *client_list_text(enum dance_verdict verdict)
{
	switch (verdict) {
	case DANCE_DENY_INSECURE:
		return "not DNSSEC-signed";
	case DANCE_DENY_UNUSABLE:
		return "more than " CLIENT_LIST_MAX_TEXT " names";
	case DANCE_FAIL_BOGUS:
		return "DNSSEC validation failed";
	case DANCE_FAIL_LOOKUP:
		return "the lookup failed";
	case DANCE_FAIL_TIMEOUT:
		return "the lookup took too long";
	case DANCE_FAIL_NOT_READY:
		return "not looked up yet";
	case DANCE_UNDECIDED:
	case DANCE_ALLOW:
	case DANCE_DENY_TRANSPORT:
	case DANCE_DENY_UNPROVEN:
	case DANCE_DENY_CREDENTIAL:
	case DANCE_DENY_NAME:
	case DANCE_DENY_NO_TLSA:
	case DANCE_DENY_MISMATCH:
	case DANCE_DENY_CHAIN:
	case DANCE_FAIL_INTERNAL:
		break;
	}
	return dance_verdict_text(verdict);
}

const char *client_list_advice(enum dance_verdict verdict)
{
	switch (verdict) {
	case DANCE_DENY_INSECURE:
		return "sign the zone of the list";
	case DANCE_DENY_UNUSABLE:
		return "divide it into lists of at most " CLIENT_LIST_MAX_TEXT " names";
	case DANCE_FAIL_BOGUS:
		return "sign the zone of the list again";
	case DANCE_FAIL_LOOKUP:
	case DANCE_FAIL_TIMEOUT:
		return "open outgoing port 53 or set 'resolver'; else check the name servers of "
		       "the list's zone";
	case DANCE_UNDECIDED:
	case DANCE_ALLOW:
	case DANCE_DENY_TRANSPORT:
	case DANCE_DENY_UNPROVEN:
	case DANCE_DENY_CREDENTIAL:
	case DANCE_DENY_NAME:
	case DANCE_DENY_NO_TLSA:
	case DANCE_DENY_MISMATCH:
	case DANCE_DENY_CHAIN:
	case DANCE_FAIL_NOT_READY:
	case DANCE_FAIL_INTERNAL:
		break;
	}
	return dance_verdict_advice(verdict, DANCE_CLIENT);
}
