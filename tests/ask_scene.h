/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Questions and answers of one dialect, for tests. */

#pragma once

#include "check.h"
#include "question.h"

#include <stdio.h>
#include <string.h>

/* A digest of 32 octets, from 0x00 to 0x1f. */
#define DIGEST \
	"00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:" \
	"10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F"

static inline bool is_digest(const unsigned char digest[DANCE_SHA256_SIZE])
{
	bool is = true;
	for (unsigned i = 0; i < DANCE_SHA256_SIZE; i++) {
		is = is && digest[i] == i;
	}
	return is;
}

/* Reads a whole question, which comes in two parts wherever it is cut. */
static inline const struct question *read_one(const struct dialect *dialect,
	const char *text)
{
	static struct question question;
	static char octets[QUESTION_SIZE_MAX];
	size_t size = strlen(text), whole;
	assert_true(size < sizeof(octets));
	for (size_t part = 0; part < size; part++) {
		memcpy(octets, text, part);
		assert_int_equal(dialect->frame(octets, part, &whole), QUESTION_PART);
	}
	memcpy(octets, text, size);
	octets[size] = 'x'; /* of the next one */
	assert_int_equal(dialect->frame(octets, size + 1, &whole), QUESTION_WHOLE);
	assert_int_equal(whole, size);
	memset(&question, 0xa5, sizeof(question));
	dialect->read(octets, size, &question);
	assert_int_equal(octets[size], 'x');
	return &question;
}

/* Why it cannot be read. */
static inline const char *fault_of(const struct dialect *dialect, const char *text)
{
	static char fault[200];
	const struct question *question = read_one(dialect, text);
	if (question->fault == NULL) {
		return "";
	}
	snprintf(fault, sizeof(fault), "%s%s%s",
		question->attribute != NULL ? question->attribute : "",
		question->attribute != NULL ? " " : "", question->fault);
	return fault;
}

/* What is answered to this verdict on "mta.example.net". */
static inline const char *answer_to(const struct dialect *dialect,
	const struct question *question, enum dance_verdict verdict, const char *header)
{
	static char text[ANSWER_SIZE];
	struct dance_result result = {
		.size = sizeof(result), .verdict = verdict, .name = "mta.example.net"
	};
	size_t size = dialect->answer(text, question, &result, header);
	assert_true(size < sizeof(text));
	assert_int_equal(strlen(text), size);
	return text;
}
