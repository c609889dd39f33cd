/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the attributes of a question mean in any dialect. */

#include "question.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fingerprint.h"

const struct dialect *dialect_of(enum conf_dialect dialect)
{
	switch (dialect) {
	case CONF_POSTFIX:
		return &dialect_postfix;
	case CONF_SOCKETMAP:
		return &dialect_socketmap;
	case CONF_LINE:
	default:
		return &dialect_line;
	}
}

void question_fail(struct question *question, const char *attribute, const char *fault)
{
	if (question->fault == NULL) {
		question->fault = fault;
		question->attribute = attribute;
	}
}

void question_put_version(struct question *question, const char *text)
{
	question->has_version = true;
	question->over_tls = *text != '\0';
	if (strncasecmp(text, "TLS", 3) == 0) {
		text += 3;
		text += *text == 'v' || *text == 'V';
	}
	/* "SSLv3" and "TLSv1" are older than any that can be asked for. */
	bool known = strncmp(text, "1.", 2) == 0 && isdigit((unsigned char)text[2]) &&
		text[3] == '\0';
	question->tls = known ? (unsigned)(text[2] - '0') : 0;
}

static bool put_digest(struct question *question, const char *attribute, const char *text,
	unsigned char digest[DANCE_SHA256_SIZE])
{
	size_t size = fingerprint_read(text, digest);
	if (*text == '\0') {
		return false;
	}
	if (size == 0) {
		question_fail(question, attribute, "is no fingerprint");
		return false;
	}
	if (size != DANCE_SHA256_SIZE) {
		question->digest_size = size;
		return false;
	}
	return true;
}

void question_put_key(struct question *question, const char *attribute, const char *text)
{
	question->has_key = put_digest(question, attribute, text, question->key);
}

void question_put_certificate(struct question *question, const char *attribute,
	const char *text)
{
	question->has_certificate = put_digest(question, attribute, text,
		question->certificate);
}

void question_put_helo(struct question *question, const char *text)
{
	size_t size = strlen(text);
	if (size < sizeof(question->helo)) {
		memcpy(question->helo, text, size + 1);
	}
}

void question_put_remote(struct question *question, const char *address, const char *port)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address read;
	bool has_port;
	int size = snprintf(text, sizeof(text), "%s%s%s", address,
		port != NULL && *port != '\0' ? "@" : "", port != NULL ? port : "");
	if ((size_t)size < sizeof(text) && /* an error of snprintf() is larger */
		address_read(&read, text, 0, &has_port)) {
		memcpy(question->remote, read.text, sizeof(question->remote));
	}
}
