/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound answers, put into our words. Starts no lookups. */

#pragma once

#include "resolver_answer.h"

#define ANSWER_TYPE_PTR 12
#define ANSWER_TYPE_TLSA 52

/* The results of validation, as unbound-event.h numbers them. */
enum answer_security {
	ANSWER_INSECURE = 0,
	ANSWER_BOGUS = 1,
	ANSWER_SECURE = 2,
};

struct answer {
	struct resolver_answer told;
	void *records; /* and their data; owned */
	char why[DANCE_ERROR_SIZE];
};

/* Reads the arguments of libunbound's callback: a response code if there is no message; else the
 * message, the result of its validation, and why it is bogus. All of it is copied. `told` points
 * into the answer, which must stay where it is until answer_clear(). */
void answer_read(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus);

/* The same of an answer to a question for PTR records. */
void answer_read_names(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus);
void answer_clear(struct answer *answer);
