/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * TLSA records as text. Judges no record. */

#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tlsa.h"

static const char blanks[] = " \t\r\n";

/* The words of a field in the order of their numbers. */
struct field {
	const char *name;
	const char *const *words;
	size_t count;
};

static const struct field usage_field = { "certificate usage",
	(const char *const[]){ "pkix-ta", "pkix-ee", "dane-ta", "dane-ee" },
	TLSA_USAGE_COUNT };
static const struct field selector_field = { "selector",
	(const char *const[]){ "cert", "spki" }, TLSA_SELECTOR_COUNT };
static const struct field matching_field = { "matching type",
	(const char *const[]){ "full", "sha256", "sha512" }, TLSA_MATCHING_COUNT };

/* A word of the field, or a number of up to three digits. */
static bool read_field(const struct field *field, const char *text, size_t size,
	uint8_t *value)
{
	for (size_t i = 0; i < field->count; i++) {
		if (strlen(field->words[i]) == size &&
		    strncasecmp(field->words[i], text, size) == 0) {
			*value = (uint8_t)i;
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

static bool read_assigned(const struct field *field, const char *text, uint8_t *value)
{
	return read_field(field, text, strlen(text), value) && *value < field->count;
}

bool record_usage(const char *text, uint8_t *usage)
{
	return read_assigned(&usage_field, text, usage);
}

bool record_selector(const char *text, uint8_t *selector)
{
	return read_assigned(&selector_field, text, selector);
}

bool record_matching(const char *text, uint8_t *matching)
{
	return read_assigned(&matching_field, text, matching);
}

bool record_usages(const char *text, unsigned *usages)
{
	*usages = 0;
	for (;;) {
		size_t size = strcspn(text, ",");
		uint8_t usage;
		if (!read_field(&usage_field, text, size, &usage) ||
		    usage >= usage_field.count) {
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

static const char *read_data(const char *text, struct dance_tlsa *record)
{
	unsigned char *data = malloc(strlen(text) / 2 + 1);
	if (data == NULL) {
		return "out of memory";
	}
	record->data = data;
	size_t digits = 0;
	for (; *text != '\0'; text++) {
		if (strchr(blanks, *text) != NULL) {
			continue;
		}
		int value = digit(*text);
		if (value < 0) {
			return "its data holds what is no hex digit";
		}
		data[digits / 2] = (unsigned char)(digits % 2 == 0 ? value << 4 :
			data[digits / 2] | value);
		digits++;
	}
	record->size = digits / 2;
	if (digits == 0) {
		return "it has no data";
	}
	if (digits % 2 != 0) {
		return "its data has an odd number of hex digits";
	}
	return record->size > RECORD_DATA_MAX ? "its data is longer than a record can be" :
		NULL;
}

static const char *take_word(const char **text, size_t *size)
{
	const char *word = *text + strspn(*text, blanks);
	*size = strcspn(word, blanks);
	*text = word + *size;
	return word;
}

bool record_from_text(const char *text, struct dance_tlsa *record,
	char why[DANCE_ERROR_SIZE])
{
	static const struct field *const fields[] = { &usage_field, &selector_field,
		&matching_field };
	uint8_t *const values[] = { &record->usage, &record->selector, &record->matching };
	*record = (struct dance_tlsa){ 0 };
	const char *after = text;
	size_t size;
	const char *type = take_word(&after, &size);
	if (size == strlen("TLSA") && strncasecmp(type, "TLSA", size) == 0) {
		text = after;
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *word = take_word(&text, &size);
		if (size == 0) {
			(void)snprintf(why, DANCE_ERROR_SIZE, "it has no %s",
				fields[i]->name);
			return false;
		}
		if (!read_field(fields[i], word, size, values[i])) {
			(void)snprintf(why, DANCE_ERROR_SIZE, "'%.*s' is no %s",
				(int)(size < 64 ? size : 64), word, fields[i]->name);
			return false;
		}
	}
	const char *fault = read_data(text, record);
	if (fault != NULL) {
		record_clear(record);
		(void)snprintf(why, DANCE_ERROR_SIZE, "%s", fault);
		return false;
	}
	return true;
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
