/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Sendmail's and Postfix's socketmap (socketmap_table(5)): "MAP KEY" in a netstring; the key
 * is a fingerprint, of a key or of a certificate. It has neither TLS versions nor HELO names. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "question.h"

#define DIGITS_MAX 4       /* of a length */
#define SIZE_MAX_TEXT 1024 /* octets of a netstring's text */

/* Where the text of a netstring begins, and how long it is. */
static enum question_frame look(const char *octets, size_t size, size_t *text,
	size_t *text_size)
{
	size_t at = 0, length = 0;
	while (at < size && isdigit((unsigned char)octets[at])) {
		/* A length has no leading zeros. */
		if (at == DIGITS_MAX || (at > 0 && length == 0)) {
			return QUESTION_NONE;
		}
		length = length * 10 + (size_t)(octets[at++] - '0');
	}
	if (at == size) {
		return QUESTION_PART;
	}
	if (at == 0 || octets[at] != ':' || length > SIZE_MAX_TEXT) {
		return QUESTION_NONE;
	}
	*text = at + 1;
	*text_size = length;
	if (size - *text <= length) {
		return QUESTION_PART;
	}
	return octets[*text + length] == ',' ? QUESTION_WHOLE : QUESTION_NONE;
}

static enum question_frame frame(const char *octets, size_t size, size_t *whole)
{
	size_t text, text_size;
	enum question_frame found = look(octets, size, &text, &text_size);
	if (found == QUESTION_WHOLE) {
		*whole = text + text_size + 1;
	}
	return found;
}

static void read_question(char *octets, size_t size, struct question *question)
{
	size_t text, text_size;
	memset(question, 0, sizeof(*question));
	if (look(octets, size, &text, &text_size) != QUESTION_WHOLE ||
		memchr(octets + text, '\0', text_size) != NULL) {
		question_fail(question, NULL, "it is no netstring of text");
		return;
	}
	octets[text + text_size] = '\0';
	const char *key = strchr(octets + text, ' ');
	if (key == NULL || key[1] == '\0') {
		question_fail(question, NULL, "it has no key");
		return;
	}
	question->over_tls = true; /* else the host would have no fingerprint */
	question_put_key(question, "key", key + 1);
	question->has_certificate = question->is_either = question->has_key;
	memcpy(question->certificate, question->key, sizeof(question->certificate));
}

static size_t answer(char answer[ANSWER_SIZE], const struct question *question,
	const struct dance_result *result, const char *header)
{
	(void)question;
	(void)header;
	char text[ANSWER_SIZE / 2];
	int size = 0;
	switch (dance_verdict_class(result->verdict)) {
	case DANCE_CLASS_ALLOW:
		/* The first word is an action where the table is an access table. */
		size = snprintf(text, sizeof(text), "OK OK %s", result->name);
		break;
	case DANCE_CLASS_DENY:
		size = snprintf(text, sizeof(text), "NOTFOUND ");
		break;
	case DANCE_CLASS_FAIL:
		size = snprintf(text, sizeof(text), "TEMP DANE client lookup failed (%s)",
			dance_verdict_name(result->verdict));
		break;
	}
	return (size_t)snprintf(answer, ANSWER_SIZE, "%d:%s,", size, text);
}

const struct dialect dialect_socketmap = { frame, read_question, answer };
