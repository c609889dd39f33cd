/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: of all values of an int DANCE_ALLOW alone has the class ALLOW and the highest rank, zeroed
 *   and fresh results are refusals, every value has words, and the detail of a result is a string
 *   within its bounds.
 * Sources: src/verdict.c
 * Contracts: vsnprintf() writes a string of at most 15 octets into the size that it is given.
 * Assumes: nothing.
 * Unwind: 17
 * Limit: 60 s */

#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proof.h"

#define TEXT 16

int vsnprintf(char *text, size_t size, const char *format, va_list args)
{
	must(size > TEXT && can_write(text, size), "vsnprintf() has room");
	char written[TEXT];
	written[any_size(TEXT - 1)] = '\0';
	memcpy(text, written, TEXT);
	return nondet_int();
}

void harness(void)
{
	enum dance_verdict any = (enum dance_verdict)nondet_int();
	enum dance_role role = (enum dance_role)nondet_int();
	must((dance_verdict_class(any) == DANCE_CLASS_ALLOW) == (any == DANCE_ALLOW),
		"no other value is of the class ALLOW");
	must(any == DANCE_ALLOW || verdict_rank(any) < verdict_rank(DANCE_ALLOW),
		"nothing outweighs it");
	must(dance_verdict_name(any) != NULL && dance_verdict_text(any) != NULL &&
			dance_verdict_advice(any, role) != NULL,
		"it has words");

	struct dance_result zero, result;
	memset(&zero, 0, sizeof(zero));
	must(dance_verdict_class(zero.verdict) == DANCE_CLASS_DENY, "zero memory refuses");
	result_begin(&result);
	must(result.verdict == DANCE_UNDECIDED && !result.has_key && !result.has_record &&
			result.name[0] == '\0' && result.entry[0] == '\0' &&
			result.detail[0] == '\0' && result.basis.words[0] == 0,
		"a fresh result says nothing");

	enum dance_verdict said = result_say(&result, any, "%s", "");
	must(said == any && result.verdict == any, "the verdict is the one that was said");
	size_t i = 0;
	while (i < TEXT && result.detail[i] != '\0') {
		must(result.detail[i] >= ' ' && result.detail[i] <= '~',
			"the detail is printable");
		i++;
	}
	must(i < TEXT, "the detail ends");
	end_of_proof();
}
