/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Postfix's policy delegation (SMTPD_POLICY_README): lines "name=value", an empty one at the
 * end; the answer is one line "action=...", and an empty one. */

#include <stdio.h>
#include <string.h>

#include "question.h"

#define SIZE_MAX_POSTFIX 16384 /* octets of a question: some 30 attributes */
#define ATTRIBUTE_MAX 128

enum attribute {
	REQUEST,
	INSTANCE,
	CLIENT_ADDRESS,
	CLIENT_PORT,
	HELO_NAME,
	ENCRYPTION_PROTOCOL,
	CCERT_FINGERPRINT,
	CCERT_PUBKEY_FINGERPRINT,
	POLICY_CONTEXT,
	ATTRIBUTE_COUNT
};

static const struct {
	const char *name;
	bool needed;
} attributes[ATTRIBUTE_COUNT] = {
	[REQUEST] = { "request", true },
	[INSTANCE] = { "instance", false },
	[CLIENT_ADDRESS] = { "client_address", false },
	[CLIENT_PORT] = { "client_port", false },
	[HELO_NAME] = { "helo_name", false },
	[ENCRYPTION_PROTOCOL] = { "encryption_protocol", true },
	[CCERT_FINGERPRINT] = { "ccert_fingerprint", true },
	[CCERT_PUBKEY_FINGERPRINT] = { "ccert_pubkey_fingerprint", true },
	[POLICY_CONTEXT] = { "policy_context", false },
};

static enum question_frame frame(const char *octets, size_t size, size_t *whole)
{
	size_t look = size < SIZE_MAX_POSTFIX ? size : SIZE_MAX_POSTFIX;
	if (look > 0 && octets[0] == '\n') {
		*whole = 1;
		return QUESTION_WHOLE;
	}
	const char *end = memmem(octets, look, "\n\n", 2);
	if (end != NULL) {
		*whole = (size_t)(end + 2 - octets);
		return QUESTION_WHOLE;
	}
	return size < SIZE_MAX_POSTFIX ? QUESTION_PART : QUESTION_NONE;
}

/* Notes a line "name=value", whose newline is a NUL by now. */
static void take(char *line, const char *values[ATTRIBUTE_COUNT], struct question *question)
{
	char *value = strchr(line, '=');
	if (value == NULL) {
		question_fail(question, NULL, "a line is no attribute");
		return;
	}
	*value++ = '\0';
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (strcmp(line, attributes[i].name) != 0) {
			continue;
		}
		if (values[i] != NULL) {
			question_fail(question, attributes[i].name, "is there twice");
		}
		values[i] = value;
	}
}

static void take_all(char *octets, size_t size, const char *values[ATTRIBUTE_COUNT],
	struct question *question)
{
	unsigned count = 0;
	for (char *end = octets + size - 1, *line = octets; line < end;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		if (newline == NULL ||
			memchr(line, '\0', (size_t)(newline - line)) != NULL) {
			question_fail(question, NULL, "a line is no attribute");
			return;
		}
		*newline = '\0';
		if (++count > ATTRIBUTE_MAX) {
			question_fail(question, NULL, "there are too many attributes");
			return;
		}
		take(line, values, question);
		line = newline + 1;
	}
}

static void read_question(char *octets, size_t size, struct question *question)
{
	const char *values[ATTRIBUTE_COUNT] = { NULL };
	memset(question, 0, sizeof(*question));
	take_all(octets, size, values, question);
	if (values[REQUEST] != NULL && strcmp(values[REQUEST], "smtpd_access_policy") != 0) {
		question_fail(question, attributes[REQUEST].name,
			"is not smtpd_access_policy");
	}
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (attributes[i].needed && values[i] == NULL) {
			question_fail(question, attributes[i].name, "is missing");
		}
		values[i] = values[i] != NULL ? values[i] : "";
	}
	question_put_version(question, values[ENCRYPTION_PROTOCOL]);
	question_put_certificate(question, attributes[CCERT_FINGERPRINT].name,
		values[CCERT_FINGERPRINT]);
	question_put_key(question, attributes[CCERT_PUBKEY_FINGERPRINT].name,
		values[CCERT_PUBKEY_FINGERPRINT]);
	question_put_helo(question, values[HELO_NAME]);
	question_put_remote(question, values[CLIENT_ADDRESS], values[CLIENT_PORT]);
	question->wants_header = strcmp(values[POLICY_CONTEXT], "header") == 0;
	snprintf(question->instance, sizeof(question->instance), "%s", values[INSTANCE]);
}

/* A header is for mail that is accepted anyway: it says only what is proved. */
static size_t answer_header(char answer[ANSWER_SIZE], const struct dance_result *result,
	const char *header)
{
	if (header == NULL || result->verdict != DANCE_ALLOW) {
		return (size_t)snprintf(answer, ANSWER_SIZE, "action=DUNNO\n\n");
	}
	return (size_t)snprintf(answer, ANSWER_SIZE,
		"action=PREPEND Authentication-Results: %s; x-dance=pass policy.name=%s\n\n",
		header, result->name);
}

/* Another rule may let in a client that is not proved, so nothing is refused here. If there was no
 * decision, DEFER_IF_REJECT turns a refusal by another rule into a temporary one. */
static size_t answer(char answer[ANSWER_SIZE], const struct question *question,
	const struct dance_result *result, const char *header)
{
	if (question->wants_header) {
		return answer_header(answer, result, header);
	}
	switch (dance_verdict_class(result->verdict)) {
	case DANCE_CLASS_ALLOW:
		return (size_t)snprintf(answer, ANSWER_SIZE, "action=OK\n\n");
	case DANCE_CLASS_DENY:
		return (size_t)snprintf(answer, ANSWER_SIZE, "action=DUNNO\n\n");
	case DANCE_CLASS_FAIL:
		break;
	}
	return (size_t)snprintf(answer, ANSWER_SIZE,
		"action=DEFER_IF_REJECT 4.7.5 DANE client lookup failed (%s)\n\n",
		dance_verdict_name(result->verdict));
}

const struct dialect dialect_postfix = { frame, read_question, answer };
