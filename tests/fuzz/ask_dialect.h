/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A question of one dialect, as a host might send it. Input: its octets, with others behind. A
 * question is whole at one size only, what is read of it is bounded, and nobody is allowed whom
 * it says nothing of. Every answer is one that the host can tell from the next. */

#pragma once

#include <string.h>

#include "question.h"
#include "target.h"

static void check_read(const struct question *question, const char *octets, size_t size)
{
	must(memchr(question->helo, '\0', sizeof(question->helo)) != NULL);
	must(memchr(question->remote, '\0', sizeof(question->remote)) != NULL);
	must(memchr(question->instance, '\0', sizeof(question->instance)) != NULL);
	must(question->fault != NULL || question->attribute == NULL);
	must(!question->is_either || (question->has_key && question->has_certificate));
	if (question->der.size != 0) {
		const char *der = (const char *)question->der.data;
		must(der >= octets && der + question->der.size <= octets + size);
		must(!question->has_key && !question->has_certificate);
	}
}

static void check_answers(const struct dialect *dialect, const struct question *question)
{
	struct dance_result result = { .size = sizeof(result) };
	char answer[ANSWER_SIZE];
	memset(result.name, 'a', sizeof(result.name) - 1);
	for (unsigned i = 0; i < dance_verdict_count(); i++) {
		result.verdict = (enum dance_verdict)i;
		size_t size = dialect->answer(answer, question, &result, result.name);
		must(size > 0 && size < sizeof(answer));
		must(strlen(answer) == size);
	}
}

static int check_dialect(const struct dialect *dialect, const uint8_t *data, size_t size)
{
	size_t whole = 0, again;
	char *octets = malloc(size + 1);
	must(octets != NULL);
	memcpy(octets, data, size);
	enum question_frame frame = dialect->frame(octets, size, &whole);
	free(octets);
	if (frame != QUESTION_WHOLE) {
		must(frame == QUESTION_NONE || size < QUESTION_SIZE_MAX);
		return 0;
	}
	must(whole > 0 && whole <= size && whole <= QUESTION_SIZE_MAX);
	/* A copy of its own, so that a sanitizer sees a step over its end. */
	octets = malloc(whole);
	must(octets != NULL);
	memcpy(octets, data, whole);
	must(dialect->frame(octets, whole, &again) == QUESTION_WHOLE && again == whole);
	must(dialect->frame(octets, whole - 1, &again) == QUESTION_PART);
	struct question question;
	memset(&question, 0xa5, sizeof(question));
	dialect->read(octets, whole, &question);
	check_read(&question, octets, whole);
	check_answers(dialect, &question);
	free(octets);
	return 0;
}
