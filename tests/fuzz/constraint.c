/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Name constraints. Input: the value of the extension, a subject, and to the end the value of the
 * alternative names, none if nothing is left. What is permitted below them is so below none, and
 * below each of their two lists alone; and no list permits and excludes the same name. */

#include "constraint.h"

#include <string.h>

#include "../der_writer.h"
#include "der.h"
#include "general_name.h"
#include "input.h"
#include "target.h"

struct names {
	struct dance_octets subject, alternative;
};

static const char *fault(struct dance_octets constraints, const struct names *names)
{
	struct work work;
	work_begin(&work);
	const char *why = constraint_fault(constraints, names->subject, names->alternative,
		&work);
	must(why != NULL || !work.spent);
	must(why == NULL || *why != '\0');
	return why;
}

/* Below one list, as the permitted or as the excluded one. */
static const char *list_fault(struct dance_octets list, unsigned char tag,
	const struct names *names)
{
	struct der lists = { 0 }, whole = { 0 };
	der_put(&lists, tag, list.data, list.size);
	der_wrap(&whole, 0x30, &lists);
	const char *why = fault((struct dance_octets){ whole.octets, whole.size }, names);
	der_clear(&whole);
	return why;
}

/* Which forms do the names have, or the bases of the subtrees? A bit for each. */
static unsigned forms_of(struct dance_octets values, bool subtrees)
{
	unsigned forms = 0;
	struct dance_octets inner;
	struct general_name name;
	while (values.size > 0) {
		struct dance_octets *from = &values;
		if (subtrees) {
			must(der_take(&values, 0x30, &inner));
			from = &inner;
		}
		must(general_name_take(from, &name));
		forms |= 1u << name.form;
	}
	return forms;
}

/* Of a list that is well-formed. */
static void check_list(struct dance_octets list, unsigned char tag,
	const struct names *names)
{
	struct dance_octets alternative;
	must(list_fault(list, tag, names) == NULL);
	if (!der_sequence(names->alternative, &alternative)) {
		return;
	}
	if ((forms_of(list, true) & forms_of(alternative, false)) != 0) {
		must(list_fault(list, tag ^ 1, names) != NULL);
	}
}

static void check_permitted(struct dance_octets constraints, const struct names *names)
{
	static const unsigned char none[] = { 0x30, 0 };
	struct dance_octets lists, list;
	must(fault((struct dance_octets){ none, sizeof(none) }, names) == NULL);
	must(der_sequence(constraints, &lists));
	for (unsigned char tag = 0xa0; tag <= 0xa1; tag++) {
		if (der_take(&lists, tag, &list)) {
			check_list(list, tag, names);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_octets constraints = input_octets(&input);
	struct names names = { .subject = input_octets(&input) };
	names.alternative = input_copy(&input, input.data, input.size);
	if (fault(constraints, &names) == NULL) {
		check_permitted(constraints, &names);
	}
	input_end(&input);
	return 0;
}
