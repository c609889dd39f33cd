/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: whatever octets a connection brings, a request of one line ends with its first newline,
 *   within what was read, or there is none when no more can be read; more octets change neither;
 *   it is read within its own octets. Its first word is "verify"; each word behind that is taken
 *   once and whole, and its value is the text behind the first "=" of the one word of that name.
 *   Without a fault it is known whether the session was resumed and which TLS it was, there is a
 *   certificate or a digest and not both, and each value is taken for what its word says; with a
 *   fault in its words, none is taken.
 * Sources: none
 * Contracts: take_all() is one that leaves any values and any fault, and take() one that leaves
 *   any fault; both are then shown by themselves. What values mean is question.c's.
 *   base64_read() gives any octets or none.
 * Assumes: at most 6 octets, which are as many as there may be (QUESTION_SIZE_MAX is redefined);
 *   a word has at most 4; "verify" is "v", and the words but for address and digests have one
 *   letter.
 * Edit: modules/ask/dialect_line.c 's/^static void (take|take_all)(\(.*\))$/static void
 *   \1\2;static void \1_itself\2/;s/"verify"/"v"/;s/"resumption"/"r"/;s/"tls"/"t"/;s/"helo"/"h"/;
 *   s/"cert"/"c"/'
 * Unwind: 8
 * Without: --conversion-check (a character is taken for an octet)
 * Limit: 60 s */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#undef isdigit /* a table of the library's, else */

#include "question.h"

#undef QUESTION_SIZE_MAX
#define QUESTION_SIZE_MAX 6

#include "dialect_line.c"

#include "proof.h"

#define SIZE QUESTION_SIZE_MAX
#define TEXT 5 /* of a word, or of a value, with its NUL */

static char octets[SIZE], before[SIZE];
static size_t whole;
static char texts[WORD_COUNT][TEXT];
static char *given[WORD_COUNT];
static const char *version, *key, *certificate, *helo, *address;
static bool any_fault, decoded;

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

int strcmp(const char *a, const char *b)
{
	for (; *a == *b && *a != '\0'; a++, b++) {
	}
	return *a - *b;
}

char *strchr(const char *text, int octet)
{
	for (; *text != (char)octet; text++) {
		if (*text == '\0') {
			return NULL;
		}
	}
	return (char *)(uintptr_t)text;
}

char *strtok_r(char *text, const char *parts, char **rest)
{
	char *word = text != NULL ? text : *rest;
	must(parts[0] == ' ' && parts[1] == '\0', "words have blanks between them");
	for (; *word == ' '; word++) {
	}
	char *end = word;
	for (; *end != ' ' && *end != '\0'; end++) {
	}
	*rest = *end == '\0' ? end : end + 1;
	*end = '\0';
	return end != word ? word : NULL;
}

int isdigit(int c)
{
	must(c >= 0 && c <= 255, "it is an octet");
	return c >= '0' && c <= '9';
}

unsigned long strtoul(const char *text, char **end, int base)
{
	unsigned long number = 0;
	must(base == 10, "it is decimal");
	for (; *text >= '0' && *text <= '9'; text++) {
		number = number * 10 + (unsigned long)(*text - '0');
	}
	*end = (char *)(uintptr_t)text;
	return number;
}

void question_fail(struct question *question, const char *attribute, const char *fault)
{
	question->fault = question->fault != NULL ? question->fault : fault;
}

void question_put_version(struct question *question, const char *text)
{
	version = text;
}

void question_put_key(struct question *question, const char *attribute, const char *text)
{
	key = text;
}

void question_put_certificate(struct question *question, const char *attribute,
	const char *text)
{
	certificate = text;
}

void question_put_helo(struct question *question, const char *text)
{
	helo = text;
}

void question_put_remote(struct question *question, const char *text, const char *port)
{
	must(port == NULL, "the port stands in the address");
	address = text;
}

bool base64_read(char *text, size_t *size)
{
	must(text == given[CERT] && *text != '\0', "base64 is of a certificate");
	decoded = nondet_bool();
	*size = any_size(TEXT);
	return decoded;
}

static void any_line(void)
{
	any_octets(octets);
	for (size_t i = 0; i < SIZE; i++) {
		before[i] = octets[i];
	}
}

/* --- what is a request ------------------------------------------------------------------- */

static void frames(void)
{
	any_line();
	size_t size = any_size(SIZE), later = 0;
	whole = 0;
	enum question_frame found = frame(octets, size, &whole);
	enum question_frame found_later = frame(octets, SIZE, &later);
	must(found == QUESTION_PART || found == found_later, "more octets change nothing");
	must(found != QUESTION_PART || size < SIZE, "it ends");
	if (found == QUESTION_WHOLE) {
		size_t at = any_size(SIZE - 1);
		must(whole == later && whole >= 1 && whole <= size, "it is within that");
		must(octets[whole - 1] == '\n', "and ends with a newline");
		must(at + 1 >= whole || octets[at] != '\n', "the first one");
	}
}

/* --- its words --------------------------------------------------------------------------- */

static size_t words_taken;

static void take(char *text, char *values[WORD_COUNT], struct question *question)
{
	size_t at = (size_t)(text - octets), end = at;
	must(__CPROVER_same_object(text, octets) && values == given,
		"a word is of the line");
	must(at > 0 && before[at - 1] == ' ', "it begins behind a blank");
	for (; octets[end] != '\0'; end++) {
		must(octets[end] == before[end] && before[end] != ' ', "it has no blank");
	}
	must(end > at && (before[end] == ' ' || before[end] == '\0'), "it is whole");
	must(question->fault == NULL, "none is taken after a fault");
	words_taken++;
	question->fault = nondet_bool() ? "a fault" : NULL;
}

static void divide_into_words(void)
{
	any_line();
	octets[SIZE - 1] = before[SIZE - 1] = '\0';
	struct question question = { .fault = NULL };
	size_t there = 0;
	bool ended = false;
	words_taken = 0;
	for (size_t i = 0; i < SIZE; i++) {
		ended |= before[i] == '\0';
		there += !ended && before[i] != ' ' && (i == 0 || before[i - 1] == ' ');
	}
	take_all_itself(octets, given, &question);
	must(question.fault != NULL || words_taken + 1 == there, "each word is taken");
	size_t first = any_size(SIZE - 2), blank = any_size(SIZE - 1);
	assume(before[first] != ' ' && (blank >= first || before[blank] == ' '));
	for (size_t i = 0; i < SIZE; i++) {
		assume(i >= first || before[i] == ' ');
	}
	must(question.fault != NULL ||
			(before[first] == 'v' &&
				(before[first + 1] == ' ' || before[first + 1] == '\0')),
		"the first one says what is asked");
}

/* --- a word ------------------------------------------------------------------------------ */

static void take_a_word(void)
{
	char word[TEXT], was[TEXT], *values[WORD_COUNT];
	struct question question = { .fault = NULL };
	size_t sign = 0;
	bool is_known = false;
	word[TEXT - 1] = '\0';
	for (size_t i = 0; i < TEXT; i++) {
		was[i] = word[i];
	}
	for (; was[sign] != '=' && was[sign] != '\0'; sign++) {
	}
	for (size_t i = 0; i < WORD_COUNT; i++) {
		given[i] = values[i] = nondet_bool() ? texts[i] : NULL;
	}
	take_itself(word, values, &question);
	for (size_t i = 0; i < WORD_COUNT; i++) {
		bool is_this = was[sign] == '=' && strcmp(word, words[i]) == 0;
		is_known |= is_this;
		bool fine = is_this && given[i] == NULL;
		must(values[i] == (fine ? word + sign + 1 : given[i]),
			"the value of its word");
		must(!is_this || (question.fault == NULL) == fine,
			"no word is there twice");
	}
	must(question.fault != NULL || is_known, "it is known");
}

/* --- what it says ------------------------------------------------------------------------ */

static void take_all(char *line, char *values[WORD_COUNT], struct question *question)
{
	size_t end = 0;
	must(line == octets && question->fault == NULL, "all of the line is taken");
	for (; line[end] != '\0'; end++) { /* out of bounds if it does not end */
		must(line[end] == before[end], "as it was");
	}
	must(end + 1 + (whole > 1 && before[whole - 2] == '\r') == whole, "to its end");
	any_octets(texts);
	for (size_t i = 0; i < WORD_COUNT; i++) {
		texts[i][TEXT - 1] = '\0';
		given[i] = values[i] = nondet_bool() ? texts[i] : NULL;
	}
	any_fault = nondet_bool();
	question->fault = any_fault ? "a fault" : NULL;
}

static bool is_value(const char *value, enum word word)
{
	return given[word] != NULL ? value == given[word] : *value == '\0';
}

static void judge_resumption(const struct question *question)
{
	const char *text = texts[RESUMPTION];
	bool is_digit = text[0] >= '0' && text[0] <= '9';
	bool is_two = is_digit && text[1] >= '0' && text[1] <= '9' && text[2] == '\0';
	unsigned bits = (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
	must(question->resumed || (text[0] == 'n' && text[1] == 'o' && text[2] == '\0') ||
			(is_digit && (!is_two || bits % 32 < 16)),
		"it is not resumed if it says so");
}

static void read_whole(void)
{
	struct question question;
	any_line();
	whole = any_size(SIZE);
	assume(whole >= 1 && octets[whole - 1] == '\n');
	version = NULL;
	any_fault = true;
	read_question(octets, whole, &question);
	must(!any_fault || question.fault != NULL, "a fault remains");
	must(!any_fault || version == NULL, "then nothing is taken");
	must(question.der.data == NULL ||
			(decoded && question.der.data == (unsigned char *)given[CERT]),
		"a certificate is what was decoded");
	assume(question.fault == NULL);
	must(given[RESUMPTION] != NULL && given[TLS] != NULL, "what is needed is there");
	must((given[CERT] != NULL) !=
			(given[KEY_SHA256] != NULL || given[CERT_SHA256] != NULL),
		"a certificate, or digests");
	must(version == given[TLS] && is_value(key, KEY_SHA256) &&
			is_value(certificate, CERT_SHA256) && is_value(helo, HELO) &&
			is_value(address, ADDRESS),
		"each value is its word's");
	judge_resumption(&question);
}

void harness(void)
{
	switch (nondet_int()) {
	case 0:
		frames();
		break;
	case 1:
		divide_into_words();
		break;
	case 2:
		take_a_word();
		break;
	default:
		read_whole();
		end_of_proof();
	}
}
