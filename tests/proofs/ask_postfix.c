/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: whatever octets a connection brings, a request of Postfix's policy delegation ends with the
 *   first empty line, within what was read; more octets change neither a whole request nor that
 *   there is none; it is read within its own octets; without a fault the value of each attribute
 *   is the text behind its name in the one line that has it, a needed one is there, and every line
 *   is an attribute of text.
 * Sources: none
 * Contracts: what values mean is question.c's; snprintf() writes a string.
 * Assumes: at most 10 octets; the nine attributes and the one request have names of one letter, and
 *   of those that are needed one is.
 * Edit: modules/ask/dialect_postfix.c 's/"request", true/"r", false/; s/"instance"/"i"/;
 *   s/"client_address"/"a"/; s/"client_port"/"p"/; s/"helo_name"/"h"/;
 *   s/"encryption_protocol"/"e"/; s/"ccert_fingerprint", true/"f", false/;
 *   s/"ccert_pubkey_fingerprint", true/"k", false/; s/"policy_context"/"c"/;
 *   s/"smtpd_access_policy"/"s"/'
 * Unwind: 12
 * Without: --conversion-check (a character is taken for an octet)
 * Limit: 60 s */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "question.h"

#include "proof.h"

#define SIZE 10

static char octets[SIZE], before[SIZE];
static const char *version, *key;

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

void *memmem(const void *at, size_t size, const void *what, size_t count)
{
	const char *in = at, *wanted = what;
	must(can_read(at, size) && count == 2, "memmem() reads what is there");
	for (size_t i = 0; i + 1 < size; i++) {
		if (in[i] == wanted[0] && in[i + 1] == wanted[1]) {
			return (char *)(uintptr_t)at + i;
		}
	}
	return NULL;
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	must(size > 0 && can_write(text, size), "there is room");
	text[0] = '\0';
	return nondet_int();
}

void question_fail(struct question *question, const char *attribute, const char *fault)
{
	question->fault = fault;
}

void question_put_version(struct question *question, const char *text)
{
	version = text;
}

void question_put_certificate(struct question *question, const char *attribute,
	const char *text)
{
	must(attribute[0] == 'f', "a certificate is that of the certificate");
}

void question_put_key(struct question *question, const char *attribute, const char *text)
{
	must(attribute[0] == 'k', "a key is that of the key");
	key = text;
}

void question_put_helo(struct question *question, const char *text)
{
}

void question_put_remote(struct question *question, const char *address, const char *port)
{
}

#include "dialect_postfix.c"

/* Any place in the request, in which a line begins. */
static size_t any_line(size_t whole)
{
	size_t at = any_size(SIZE - 2);
	assume(at + 1 < whole && (at == 0 || before[at - 1] == '\n'));
	return at;
}

static bool is_line_of(size_t at, char attribute)
{
	return before[at] == attribute && before[at + 1] == '=';
}

/* The value is the text in this line if it is the attribute's. */
static void judge_value(size_t at, char attribute, const char *value)
{
	if (!is_line_of(at, attribute)) {
		return;
	}
	size_t end = at + 2;
	must(value == octets + end, "the value is that of its line");
	for (; end < SIZE && before[end] != '\n'; end++) {
		must(octets[end] == before[end] && before[end] != '\0', "and its text");
	}
	must(end < SIZE && octets[end] == '\0', "to the end of the line");
}

static void judge(size_t whole, const struct question *question)
{
	size_t at = any_line(whole), other = any_line(whole);
	if (question->fault != NULL) {
		return;
	}
	must(__CPROVER_same_object(version, octets) && version >= octets + 2 &&
			before[version - octets - 2] == 'e',
		"what is needed is there, under its own name");
	judge_value(at, 'e', version);
	judge_value(at, 'k', key);
	must(!is_line_of(at, 'r') || (before[at + 2] == 's' && before[at + 3] == '\n'),
		"it is a request of this kind");
	must(at == other || !is_line_of(at, 'a') || !is_line_of(other, 'a'),
		"no attribute is there twice");
	must(before[at] != '\n', "no line is empty");
}

void harness(void)
{
	any_octets(octets);
	for (size_t i = 0; i < SIZE; i++) {
		before[i] = octets[i];
	}
	size_t size = any_size(SIZE), whole = 0, later = 0;
	enum question_frame found = frame(octets, size, &whole);
	enum question_frame found_later = frame(octets, SIZE, &later);
	must(found == QUESTION_PART || found == found_later, "more octets change nothing");
	if (found != QUESTION_WHOLE) {
		return;
	}
	must(whole == later, "nor how long it is");
	must(whole >= 1 && whole <= size && octets[whole - 1] == '\n', "it is within that");
	must(whole == 1 || octets[whole - 2] == '\n', "and ends with an empty line");

	struct question question;
	read_question(octets, whole, &question);
	must(whole > 1 || question.fault != NULL, "an empty line is no request");
	assume(whole > 1);
	judge(whole, &question);
	assume(question.fault == NULL);
	such_as(whole == 8);
	end_of_proof();
}
