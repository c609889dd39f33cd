/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From libunbound's results to outcomes, records and reasons. */

#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <unbound.h>

static uint32_t ttl_of(const struct ub_result *result)
{
	return result->ttl > 0 ? (uint32_t)result->ttl : 0;
}

/* All that the answer has, also if that is more than a set may have. */
static void read_records(struct answer *answer, const struct ub_result *result)
{
	size_t count = 0;
	while (result->data[count] != NULL) {
		count++;
	}
	answer->records = calloc(count + 1, sizeof(*answer->records));
	if (answer->records == NULL) {
		answer->told.why = "out of memory";
		return;
	}
	size_t whole = 0, broken = 0;
	for (size_t i = 0; i < count; i++) {
		const unsigned char *data = (const unsigned char *)result->data[i];
		size_t size = (size_t)result->len[i];
		if (size >= 3) {
			answer->records[whole++] = (struct dance_tlsa){ data[0], data[1],
				data[2], data + 3, size - 3 };
		} else {
			answer->records[count - ++broken] = (struct dance_tlsa){ UINT8_MAX,
				UINT8_MAX, UINT8_MAX, data, size };
		}
	}
	answer->told.outcome = RESOLVER_SECURE;
	answer->told.records = answer->records;
	answer->told.count = count;
	answer->told.broken = broken;
	answer->told.ttl = ttl_of(result);
}

static const char *rcode_text(int rcode)
{
	switch (rcode) {
	case 2:
		return "SERVFAIL";
	case 5:
		return "REFUSED";
	default:
		return "no usable answer";
	}
}

/* The next word and the blank behind it. */
static size_t word_size(const char *text)
{
	size_t size = strcspn(text, " ");
	return size + (text[size] == ' ');
}

static bool is_word(const char *text, const char *word)
{
	size_t size = strcspn(text, " ");
	return size == strlen(word) && memcmp(text, word, size) == 0;
}

static bool is_same_word(const char *a, const char *b)
{
	size_t size = strcspn(a, " ");
	return size == strcspn(b, " ") && memcmp(a, b, size) == 0;
}

/* Is this one of the words between here and there? */
static bool is_among(const char *word, const char *from, const char *to)
{
	for (; from < to; from += word_size(from)) {
		if (is_same_word(word, from)) {
			return true;
		}
	}
	return false;
}

/* Copies libunbound's reason, each server of a list like "from A and B and A" once. */
static void put_reason(struct answer *answer, const char *text)
{
	size_t used = 0;
	const char *servers = NULL; /* of the list at hand */
	bool is_server = false;     /* the next word */
	while (*text != '\0') {
		size_t size = word_size(text);
		const char *next = text + size;
		if (servers != NULL && is_word(text, "and")) {
			if (is_among(next, servers, text)) {
				text = next + word_size(next);
				continue;
			}
			is_server = true;
		} else if (is_word(text, "from")) {
			servers = next;
			is_server = true;
		} else {
			servers = is_server ? servers : NULL;
			is_server = false;
		}
		if (used + size >= sizeof(answer->why)) {
			break;
		}
		memcpy(answer->why + used, text, size);
		used += size;
		text = next;
	}
	while (used > 0 && answer->why[used - 1] == ' ') {
		used--;
	}
	answer->why[used] = '\0';
	answer->told.why = answer->why;
}

void answer_read(struct answer *answer, int error, const struct ub_result *result)
{
	struct resolver_answer *told = &answer->told;
	*told = (struct resolver_answer){ .outcome = RESOLVER_FAILED, .why = "" };
	answer->records = NULL;
	if (error != 0 || result == NULL) {
		told->why = error != 0 ? ub_strerror(error) : "no result";
	} else if (result->bogus) {
		told->outcome = RESOLVER_BOGUS;
		put_reason(answer, result->why_bogus != NULL ? result->why_bogus : "");
	} else if (result->rcode != 0 && !result->nxdomain) {
		told->why = rcode_text(result->rcode);
	} else if (!result->secure) {
		told->outcome = RESOLVER_INSECURE;
		told->ttl = ttl_of(result);
		told->why = result->havedata ? "the TLSA records are not DNSSEC-signed" :
			"there is no TLSA record, and DNSSEC signs nothing there";
	} else if (!result->havedata) {
		told->outcome = RESOLVER_DENIED;
		told->ttl = ttl_of(result);
		told->why = result->nxdomain ? "no such name" : "the name has no TLSA record";
	} else {
		read_records(answer, result);
	}
}

void answer_clear(struct answer *answer)
{
	free(answer->records);
	answer->records = NULL;
}
