/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One line each way, for Exim's ${readsocket} and for scripts: "verify WORD=VALUE ...",
 * answered by "allow NAME", "deny VERDICT" or "fail VERDICT". */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "question.h"

enum word {
	RESUMPTION,
	TLS,
	HELO,
	ADDRESS,
	CERT,
	KEY_SHA256,
	CERT_SHA256,
	WORD_COUNT
};

static const char *const words[WORD_COUNT] = {
	[RESUMPTION] = "resumption",
	[TLS] = "tls",
	[HELO] = "helo",
	[ADDRESS] = "address",
	[CERT] = "cert",
	[KEY_SHA256] = "key-sha256",
	[CERT_SHA256] = "cert-sha256",
};

static enum question_frame frame(const char *octets, size_t size, size_t *whole)
{
	const char *end = memchr(octets, '\n', size);
	if (end != NULL) {
		*whole = (size_t)(end + 1 - octets);
		return QUESTION_WHOLE;
	}
	return size < QUESTION_SIZE_MAX ? QUESTION_PART : QUESTION_NONE;
}

/* "word=value" */
static void take(char *text, char *values[WORD_COUNT], struct question *question)
{
	char *value = strchr(text, '=');
	size_t i = 0;
	if (value != NULL) {
		*value++ = '\0';
		while (i < WORD_COUNT && strcmp(text, words[i]) != 0) {
			i++;
		}
	}
	if (value == NULL || i == WORD_COUNT) {
		question_fail(question, NULL, "it has a word that is not known");
	} else if (values[i] != NULL) {
		/* A HELO name with a blank in it must not become a word of its own. */
		question_fail(question, words[i], "is there twice");
	} else {
		values[i] = value;
	}
}

static void take_all(char *line, char *values[WORD_COUNT], struct question *question)
{
	char *rest;
	char *word = strtok_r(line, " ", &rest);
	if (word == NULL || strcmp(word, "verify") != 0) {
		question_fail(question, NULL, "it does not begin with 'verify'");
		return;
	}
	while (question->fault == NULL && (word = strtok_r(NULL, " ", &rest)) != NULL) {
		take(word, values, question);
	}
}

/* Exim's bits, of which one says that the session was resumed, or a word of a script. */
#define RESUMED 16

static void put_resumption(struct question *question, const char *text)
{
	char *end;
	unsigned long bits = strtoul(text, &end, 10);
	if (isdigit((unsigned char)*text) && *end == '\0') {
		question->resumed = (bits & RESUMED) != 0;
	} else if (strcmp(text, "no") != 0) {
		question->resumed = true;
		if (strcmp(text, "yes") != 0) {
			question_fail(question, words[RESUMPTION],
				"is neither a number nor yes or no");
		}
	}
}

static void put_certificate(struct question *question, char *text)
{
	size_t size;
	if (*text == '\0') {
		return;
	}
	if (!base64_read(text, &size)) {
		question_fail(question, words[CERT], "is no base64");
		return;
	}
	question->der = (struct dance_octets){ (unsigned char *)text, size };
}

static void read_question(char *octets, size_t size, struct question *question)
{
	char *values[WORD_COUNT] = { NULL };
	memset(question, 0, sizeof(*question));
	if (memchr(octets, '\0', size) != NULL) {
		question_fail(question, NULL, "it is no text");
		return;
	}
	octets[size - 1] = '\0';
	if (size > 1 && octets[size - 2] == '\r') {
		octets[size - 2] = '\0';
	}
	take_all(octets, values, question);
	/* What a host leaves out is not taken for harmless. */
	bool digests = values[KEY_SHA256] != NULL || values[CERT_SHA256] != NULL;
	for (size_t i = RESUMPTION; i <= TLS; i++) {
		if (values[i] == NULL) {
			question_fail(question, words[i], "is missing");
		}
	}
	if (digests == (values[CERT] != NULL)) {
		question_fail(question, words[CERT],
			digests ? "cannot stand beside digests" :
				  "is missing, and so are digests");
	}
	if (question->fault != NULL) {
		return;
	}
	put_resumption(question, values[RESUMPTION]);
	question_put_version(question, values[TLS]);
	if (values[CERT] != NULL) {
		put_certificate(question, values[CERT]);
	}
	question_put_key(question, words[KEY_SHA256],
		values[KEY_SHA256] != NULL ? values[KEY_SHA256] : "");
	question_put_certificate(question, words[CERT_SHA256],
		values[CERT_SHA256] != NULL ? values[CERT_SHA256] : "");
	question_put_helo(question, values[HELO] != NULL ? values[HELO] : "");
	question_put_remote(question, values[ADDRESS] != NULL ? values[ADDRESS] : "", NULL);
}

static size_t answer(char answer[ANSWER_SIZE], const struct question *question,
	const struct dance_result *result, const char *header)
{
	(void)question;
	(void)header;
	switch (dance_verdict_class(result->verdict)) {
	case DANCE_CLASS_ALLOW:
		return (size_t)snprintf(answer, ANSWER_SIZE, "allow %s\n", result->name);
	case DANCE_CLASS_DENY:
		return (size_t)snprintf(answer, ANSWER_SIZE, "deny %s\n",
			dance_verdict_name(result->verdict));
	case DANCE_CLASS_FAIL:
		break;
	}
	return (size_t)snprintf(answer, ANSWER_SIZE, "fail %s\n",
		dance_verdict_name(result->verdict));
}

const struct dialect dialect_line = { frame, read_question, answer };
