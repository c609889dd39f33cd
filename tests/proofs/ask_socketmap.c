/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: whatever octets a connection brings, a socketmap question is a netstring of the length that
 *   stands before it and within what was read; more octets change neither a whole question nor
 *   that there is none; and it is read within its own octets, of which the key is a string.
 * Sources: none
 * Contracts: what a key means is question.c's.
 * Assumes: at most 10 octets.
 * Unwind: 12
 * Without: --conversion-check (a character is taken for an octet)
 * Limit: 120 s */

#include <ctype.h>

#undef isdigit /* a table of the library's, else */

#include "dialect_socketmap.c"

#include "proof.h"

#define SIZE 10

static char octets[SIZE];
static bool put;

void *memchr(const void *at, int octet, size_t size)
{
	must(can_read(at, size), "memchr() reads what is there");
	for (size_t i = 0; i < size; i++) {
		if (((const char *)at)[i] == (char)octet) {
			return (char *)(uintptr_t)at + i;
		}
	}
	return NULL;
}

int isdigit(int c)
{
	must(c >= 0 && c <= 255, "it is an octet");
	return c >= '0' && c <= '9';
}

void question_fail(struct question *question, const char *attribute, const char *fault)
{
	question->fault = fault;
}

void question_put_key(struct question *question, const char *attribute, const char *text)
{
	size_t i = 0;
	must(__CPROVER_same_object(text, octets) && text[0] != '\0',
		"the key is in the question");
	while (text[i] != '\0') { /* out of bounds if it does not end */
		i++;
	}
	put = true;
	question->has_key = nondet_bool();
}

void harness(void)
{
	any_octets(octets);
	size_t size = any_size(SIZE), whole = 0, later = 0;
	enum question_frame found = frame(octets, size, &whole);
	enum question_frame found_later = frame(octets, SIZE, &later);
	must(found == QUESTION_PART || found == found_later, "more octets change nothing");
	if (found != QUESTION_WHOLE) {
		return;
	}
	must(whole == later, "nor how long it is");
	must(whole >= 3 && whole <= size, "it is within what was read");
	must(octets[whole - 1] == ',' && octets[0] >= '0' && octets[0] <= '9',
		"a netstring");
	must(whole > 12 || octets[1] != ':' || whole == (size_t)(octets[0] - '0') + 3,
		"of the length that stands before it");
	must(octets[0] != '0' || octets[1] == ':', "a length has no leading zeros");

	struct question question;
	read_question(octets, whole, &question);
	must((question.fault == NULL) == put, "it has a key, or is a fault");
	must(question.fault == NULL || !question.has_key, "a fault has none");
	must(question.fault != NULL || question.over_tls, "a key has been shown over TLS");
	assume(put);
	end_of_proof();
}
