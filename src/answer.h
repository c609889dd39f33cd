/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What libunbound answers, put into our words. Starts no look-ups. */

#pragma once

#include "resolver.h"

#define ANSWER_TYPE_TLSA 52

/* As unbound-event.h numbers what became of validation. */
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

/* Reads what libunbound calls back with: a response code if there is no message, else the
 * message, what became of its validation, and why it is bogus. All of it is copied. What is told
 * points into the answer, which must stay where it is. */
void answer_read(struct answer *answer, int rcode, const void *packet, int size,
	int security, const char *why_bogus);
void answer_clear(struct answer *answer);
