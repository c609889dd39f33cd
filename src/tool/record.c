/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * TLSA records as text, also as a line of a zone file. Judges no record. */

#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reason.h"
#include "tlsa.h"
#include "zone_text.h"

/* The words for the numbers of a field; where there are two of one number, the second is that
 * of RFC 7218. */
struct field {
	const char *name;
	const struct word {
		const char *text;
		uint8_t value;
	} *words;
	size_t count;
	unsigned assigned; /* numbers below this one */
};

#define WORDS(...) \
	(const struct word[]){ __VA_ARGS__ }, \
		sizeof((const struct word[]){ __VA_ARGS__ }) / sizeof(struct word)

static const struct field usage_field = { "certificate usage",
	WORDS({ "pkix-ta", 0 }, { "pkix-ee", 1 }, { "dane-ta", 2 }, { "dane-ee", 3 }),
	TLSA_USAGE_COUNT };
static const struct field selector_field = { "selector",
	WORDS({ "cert", 0 }, { "spki", 1 }), TLSA_SELECTOR_COUNT };
static const struct field matching_field = { "matching type",
	WORDS({ "full", 0 }, { "sha256", 1 }, { "sha2-256", 1 }, { "sha512", 2 },
		{ "sha2-512", 2 }),
	TLSA_MATCHING_COUNT };

/* A word of the field, or a number of up to three digits. */
static bool read_field(const struct field *field, const char *text, size_t size,
	uint8_t *value)
{
	for (size_t i = 0; i < field->count; i++) {
		const struct word *word = &field->words[i];
		if (strlen(word->text) == size && strncasecmp(word->text, text, size) == 0) {
			*value = word->value;
			return true;
		}
	}
	unsigned number = 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9' || size > 3) {
			return false;
		}
		number = number * 10 + (unsigned)(text[i] - '0');
	}
	*value = (uint8_t)number;
	return size != 0 && number <= UINT8_MAX;
}

static bool read_assigned(const struct field *field, const char *text, size_t size,
	uint8_t *value)
{
	return read_field(field, text, size, value) && *value < field->assigned;
}

bool record_usage(const char *text, uint8_t *usage)
{
	return read_assigned(&usage_field, text, strlen(text), usage);
}

bool record_selector(const char *text, uint8_t *selector)
{
	return read_assigned(&selector_field, text, strlen(text), selector);
}

bool record_matching(const char *text, uint8_t *matching)
{
	return read_assigned(&matching_field, text, strlen(text), matching);
}

bool record_usages(const char *text, unsigned *usages)
{
	*usages = 0;
	for (;;) {
		size_t size = strcspn(text, ",");
		uint8_t usage;
		if (!read_assigned(&usage_field, text, size, &usage)) {
			return false;
		}
		*usages |= 1u << usage;
		if (text[size] == '\0') {
			return true;
		}
		text += size + 1;
	}
}

static int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The rest of the words as hex digits, separated anywhere. */
static const char *read_data(const struct dance_octets *words, size_t count,
	unsigned char *data, size_t *size)
{
	size_t digits = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < words[i].size; k++) {
			int value = digit((char)words[i].data[k]);
			if (value < 0) {
				return "its data contains a character that is not a hex digit";
			}
			data[digits / 2] = (unsigned char)(digits % 2 == 0 ?
					value << 4 :
					data[digits / 2] | value);
			digits++;
		}
	}
	*size = digits / 2;
	if (digits == 0) {
		return "it has no data";
	}
	return digits % 2 != 0 ? "its data has an odd number of hex digits" : NULL;
}

/* "3 1 1 HEX" */
static bool read_fields(const struct dance_octets *words, size_t count,
	struct dance_tlsa *record, unsigned char *data, char why[DANCE_ERROR_SIZE])
{
	static const struct field *const fields[] = { &usage_field, &selector_field,
		&matching_field };
	uint8_t *const values[] = { &record->usage, &record->selector, &record->matching };
	const size_t field_count = sizeof(fields) / sizeof(fields[0]);
	for (size_t i = 0; i < field_count; i++) {
		if (i >= count) {
			return reason_say(why, "it has no %s", fields[i]->name);
		}
		const char *word = (const char *)words[i].data;
		if (!read_field(fields[i], word, words[i].size, values[i])) {
			return reason_say(why, "'%.*s' is not a %s",
				(int)(words[i].size < 64 ? words[i].size : 64), word,
				fields[i]->name);
		}
	}
	const char *fault = read_data(words + field_count, count - field_count, data,
		&record->size);
	if (fault == NULL && record->size > RECORD_DATA_MAX) {
		fault = "its data is too long for a record";
	}
	return fault == NULL || reason_say(why, "%s", fault);
}

/* RFC 3597 5: "\# SIZE HEX" */
static bool read_generic(const struct dance_octets *words, size_t count,
	struct dance_tlsa *record, unsigned char *data, char why[DANCE_ERROR_SIZE])
{
	unsigned size;
	size_t whole = 0;
	const char *fault = count < 2 || !zone_word_number(&words[1], 65535, &size) ?
		"the length of its data is missing" :
		read_data(words + 2, count - 2, data, &whole);
	if (fault == NULL && whole != size) {
		fault = "its data does not have the stated length";
	}
	if (fault == NULL && whole <= 3) {
		fault = "it has no data";
	}
	if (fault != NULL) {
		return reason_say(why, "%s", fault);
	}
	record->usage = data[0];
	record->selector = data[1];
	record->matching = data[2];
	record->size = whole - 3;
	memmove(data, data + 3, record->size);
	return true;
}

/* How many words stand before the data: perhaps an owner name, a TTL and a class, and the
 * type. Without the type nothing else does. */
static size_t skip_to_data(const struct dance_octets *words, size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < count && i < 4; i++) {
		bool type = zone_word_is(&words[i], "TLSA") ||
			zone_word_is(&words[i], "TYPE52");
		found = type ? i + 1 : found;
		/* The first may be any name, "tlsa" too. */
		if (i > 0 && !zone_word_is(&words[i], "IN") &&
			!zone_word_is(&words[i], "CLASS1") &&
			!zone_word_is_ttl(&words[i])) {
			break;
		}
	}
	return found;
}

static bool read_words(const char *text, struct dance_tlsa *record, unsigned char *data,
	char why[DANCE_ERROR_SIZE])
{
	struct zone_text zone;
	struct zone_record line, next;
	zone_text_begin(&zone,
		(struct dance_octets){ (const unsigned char *)text, strlen(text) });
	if (!zone_text_next(&zone, &line)) {
		line.count = 0;
	}
	const char *fault = NULL;
	if (line.count > ZONE_TEXT_WORD_MAX) {
		fault = "it has too many words";
	} else if (zone_text_next(&zone, &next)) {
		fault = "it is more than one record";
	}
	if (fault != NULL) {
		return reason_say(why, "%s", fault);
	}
	size_t skip = skip_to_data(line.words, line.count);
	const struct dance_octets *words = line.words + skip;
	size_t count = line.count - skip;
	return count > 0 && zone_word_is(&words[0], "\\#") ?
		read_generic(words, count, record, data, why) :
		read_fields(words, count, record, data, why);
}

bool record_from_text(const char *text, struct dance_tlsa *record,
	char why[DANCE_ERROR_SIZE])
{
	size_t size = strlen(text) + sizeof(" (\n)");
	char *line = malloc(size);
	unsigned char *data = malloc(size);
	*record = (struct dance_tlsa){ 0 };
	bool read = false;
	if (line == NULL || data == NULL) {
		(void)reason_say(why, "out of memory");
		goto out;
	}
	/* As a line that goes on to the end, and that has no owner name in front. */
	snprintf(line, size, " (%s\n)", text);
	read = read_words(line, record, data, why);
out:
	free(line);
	if (read) {
		record->data = data;
	} else {
		free(data);
		*record = (struct dance_tlsa){ 0 };
	}
	return read;
}

void record_clear(struct dance_tlsa *record)
{
	/* It is ours: what read_data() allocated. */
	free((void *)(uintptr_t)record->data);
	record->data = NULL;
	record->size = 0;
}

void record_print_data(FILE *out, struct dance_octets data)
{
	for (size_t i = 0; i < data.size; i++) {
		fprintf(out, "%02x", data.data[i]);
	}
}

void record_print(FILE *out, const struct dance_tlsa *record)
{
	fprintf(out, "TLSA %u %u %u ", record->usage, record->selector, record->matching);
	record_print_data(out, (struct dance_octets){ record->data, record->size });
}

void record_print_generic(FILE *out, const struct dance_tlsa *record)
{
	fprintf(out, "TLSA \\# %zu%s", record->size, record->size > 0 ? " " : "");
	record_print_data(out, (struct dance_octets){ record->data, record->size });
}
