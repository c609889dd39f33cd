/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names. Input: one, and to the end another. What is taken is printed as it was given but
 * for case, and what it is said to be below is what its text ends in. libknot says the same. */

#include "name.h"

#include <ctype.h>
#include <string.h>

#include <libknot/dname.h>

#include "dance.h"
#include "input.h"
#include "target.h"

static bool is_taken_octet(char c)
{
	return c != '\0' && strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", c) != NULL;
}

static void check_wire(const struct name *name, const char *text)
{
	knot_dname_storage_t wire;
	knot_dname_txt_storage_t printed;
	must(knot_dname_from_str(wire, text, sizeof(wire)) != NULL);
	must(name->size == knot_dname_size(wire));
	must(memcmp(name->wire, wire, name->size) == 0);
	must(knot_dname_to_str(printed, name->wire, sizeof(printed)) != NULL);
	must(strlen(printed) == strlen(text) + 1);
	must(memcmp(printed, text, strlen(text)) == 0 && printed[strlen(text)] == '.');
}

/* Takes a name, if it is one, and prints it again. */
static bool take(struct name *name, char text[DANCE_NAME_SIZE], struct dance_octets given)
{
	const char *why = NULL;
	if (!name_from_text(name, (const char *)given.data, given.size, &why)) {
		must(name->size == 0 && why != NULL && *why != '\0');
		return false;
	}
	memset(text, 'x', DANCE_NAME_SIZE);
	name_to_text(name, text);
	must(given.size > 0 && memchr(text, '\0', DANCE_NAME_SIZE) == text + given.size);
	for (size_t i = 0; i < given.size; i++) {
		must(text[i] == tolower(given.data[i]) && is_taken_octet(text[i]));
	}
	must(name_is_equal(name, name) && !name_is_below(name, name));
	check_wire(name, text);
	return true;
}

/* A roster takes a name, and what is below it; the trailing dot and the asterisk are the
 * roster's own. */
static void check_roster(const char *text, bool is_name)
{
	char error[DANCE_ERROR_SIZE], pattern[3 + DANCE_NAME_SIZE + 1];
	memset(error, 'x', sizeof(error));
	bool taken = dance_roster_check_name(text, error);
	must(taken || memchr(error, '\0', sizeof(error)) != NULL);
	must(taken || !is_name);
	if (is_name) {
		snprintf(pattern, sizeof(pattern), "*.%s.", text);
		must(dance_roster_check_name(pattern, error));
	}
	for (const char *c = text; taken && *c != '\0'; c++) {
		must(is_taken_octet((char)tolower(*c)) || (c == text && *c == '*'));
	}
}

static void compare(const struct name *a, const char *a_text, const struct name *b,
	const char *b_text)
{
	size_t a_size = strlen(a_text), b_size = strlen(b_text);
	must(name_is_equal(a, b) == (strcmp(a_text, b_text) == 0));
	bool below = a_size > b_size && a_text[a_size - b_size - 1] == '.' &&
		strcmp(a_text + a_size - b_size, b_text) == 0;
	must(name_is_below(a, b) == below);
	bool child = below && strchr(a_text, '.') == a_text + a_size - b_size - 1;
	must(name_is_child(a, b) == child);
	must(below == (knot_dname_in_bailiwick(a->wire, b->wire) > 0));
	must(child == (knot_dname_in_bailiwick(a->wire, b->wire) == 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_octets first = input_octets(&input);
	struct dance_octets second = input_copy(&input, input.data, input.size);
	struct name a, b;
	char a_text[DANCE_NAME_SIZE], b_text[DANCE_NAME_SIZE];
	bool is_a = take(&a, a_text, first), is_b = take(&b, b_text, second);
	if (is_a && is_b) {
		compare(&a, a_text, &b, b_text);
		compare(&b, b_text, &a, a_text);
	}

	input_end(&input);

	input = input_begin(data, size);
	const char *given = input_text(&input); /* the first once more, up to a NUL */
	check_roster(given, is_a);
	input_end(&input);
	return 0;
}
