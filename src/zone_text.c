/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Records as text, cut into words: parentheses, comments, quotes, owners left out and
 * origins are dealt with here. Takes any octets. */

#include "zone_text.h"

#include <string.h>
#include <strings.h>

void zone_text_begin(struct zone_text *text, struct dance_octets octets)
{
	static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };
	static const unsigned char none;
	*text = (struct zone_text){
		.at = octets.size != 0 ? octets.data : &none, .line = 1, .origin = "."
	};
	text->end = text->at + octets.size;
	if (octets.size >= sizeof(mark) && memcmp(text->at, mark, sizeof(mark)) == 0) {
		text->at += sizeof(mark);
	}
}

static bool is_blank(unsigned char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

static struct dance_octets take_comment(struct zone_text *text)
{
	const unsigned char *from = ++text->at; /* behind the semicolon */
	while (text->at < text->end && *text->at != '\n') {
		text->at++;
	}
	return (struct dance_octets){ from, (size_t)(text->at - from) };
}

/* A word, to where it is parted from the next by something unescaped and unquoted. */
static struct dance_octets take_word(struct zone_text *text)
{
	const unsigned char *from = text->at;
	bool quoted = false;
	for (; text->at < text->end && *text->at != '\n'; text->at++) {
		unsigned char octet = *text->at;
		if (octet == '\\' && text->end - text->at > 1 && text->at[1] != '\n') {
			text->at++;
		} else if (octet == '"') {
			quoted = !quoted;
		} else if (!quoted &&
			(is_blank(octet) || octet == ';' || octet == '(' || octet == ')')) {
			break;
		}
	}
	return (struct dance_octets){ from, (size_t)(text->at - from) };
}

/* Takes words to the end of a line that is not within parentheses. */
static void take_words(struct zone_text *text, struct zone_record *record)
{
	unsigned depth = 0;
	while (text->at < text->end) {
		unsigned char octet = *text->at;
		if (octet == ';') {
			struct dance_octets comment = take_comment(text);
			if (record->comment.data == NULL) {
				record->comment = comment;
			}
			continue;
		}
		if (octet == '\n' || is_blank(octet) || octet == '(' || octet == ')') {
			text->at++;
			text->line += octet == '\n';
			depth += octet == '(';
			depth -= octet == ')' && depth > 0;
			if (octet == '\n' && depth == 0) {
				return;
			}
			continue;
		}
		struct dance_octets word = take_word(text);
		if (record->count < ZONE_TEXT_WORD_MAX) {
			record->words[record->count] = word;
		}
		record->count++;
	}
}

/* Makes a name absolute. It is left empty if it is too long, if it holds what no name does, or
 * if the origin that it needs is empty. */
static void put_name(char name[ZONE_TEXT_NAME_SIZE], const struct dance_octets *word,
	const char *origin)
{
	char made[ZONE_TEXT_NAME_SIZE];
	size_t size = word->size;
	name[0] = '\0';
	if (size == 1 && word->data[0] == '@') {
		strcpy(name, origin);
		return;
	}
	if (size == 0 || size + strlen(origin) + 2 > sizeof(made)) {
		return;
	}
	size_t escapes = 0;
	for (size_t i = 0; i < size; i++) {
		unsigned char octet = word->data[i];
		if (octet <= ' ' || octet > '~' || octet == '"') {
			return;
		}
		made[i] = (char)octet;
		if (i + 1 < size) {
			escapes = octet == '\\' ? escapes + 1 : 0;
		}
	}
	made[size] = '\0';
	/* A last dot that is escaped is not the end of the name. */
	if (made[size - 1] != '.' || escapes % 2 != 0) {
		if (origin[0] == '\0') {
			return;
		}
		if (strcmp(origin, ".") != 0) {
			made[size++] = '.';
		}
		strcpy(made + size, origin);
	}
	strcpy(name, made);
}

static void follow_origin(struct zone_text *text, const struct zone_record *record)
{
	char origin[ZONE_TEXT_NAME_SIZE];
	if (record->count > 0) {
		put_name(origin, &record->words[0], text->origin);
		strcpy(text->origin, origin);
	}
}

/* False: there is nothing for the caller. */
static bool take_record(struct zone_text *text, struct zone_record *record)
{
	static const struct dance_octets none = { NULL, 0 };
	/* Empty if the line begins with what parts words, which is not '$'. */
	struct dance_octets word = take_word(text);
	record->line = text->line;
	record->count = 0;
	record->comment = record->directive = none;
	take_words(text, record);
	if (word.data[0] == '$') {
		if (zone_word_is(&word, "$ORIGIN")) {
			follow_origin(text, record);
			return false;
		}
		record->directive = word;
		record->owner = "";
		return true;
	}
	if (word.size > 0) {
		put_name(text->owner, &word, text->origin);
		text->owned = true;
	} else if (!text->owned) {
		/* RFC 1035 5.1 knows no first record without an owner; Unbound takes the
		 * origin. */
		strcpy(text->owner, text->origin);
	}
	record->owner = text->owner;
	return record->count > 0;
}

bool zone_text_next(struct zone_text *text, struct zone_record *record)
{
	while (text->at < text->end) {
		if (take_record(text, record)) {
			return true;
		}
	}
	return false;
}

bool zone_word_is(const struct dance_octets *word, const char *text)
{
	return word->size == strlen(text) &&
		strncasecmp((const char *)word->data, text, word->size) == 0;
}

bool zone_word_is_ttl(const struct dance_octets *word)
{
	if (word->size == 0 || word->data[0] < '0' || word->data[0] > '9') {
		return false;
	}
	for (size_t i = 0; i < word->size; i++) {
		unsigned char octet = word->data[i];
		if (octet == '\0' || strchr("0123456789smhdwSMHDW", octet) == NULL) {
			return false;
		}
	}
	return true;
}

bool zone_word_number(const struct dance_octets *word, unsigned max, unsigned *number)
{
	*number = 0;
	for (size_t i = 0; i < word->size; i++) {
		unsigned char octet = word->data[i];
		if (octet < '0' || octet > '9' || *number > max) {
			return false;
		}
		*number = *number * 10 + (unsigned)(octet - '0');
	}
	return word->size != 0 && *number <= max;
}
