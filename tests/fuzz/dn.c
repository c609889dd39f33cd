/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Distinguished names. Input: one, and to the end another. Equality is one in both directions
 * and the same as to lie below each other; a name lies below its own beginnings, and the case of
 * ASCII letters is of no account. */

#include "dn.h"

#include <string.h>

#include "der.h"
#include "input.h"
#include "octets.h"
#include "target.h"

static enum dn_answer place(struct dance_octets name, struct dance_octets base)
{
	struct work work;
	work_begin(&work);
	enum dn_answer answer = dn_is_within(name, base, &work);
	must(!work.spent || answer != DN_YES);
	return answer;
}

static bool is_equal(struct dance_octets a, struct dance_octets b)
{
	struct work work;
	work_begin(&work);
	return dn_is_equal(a, b, &work);
}

/* Other case for the letters of a value in ASCII, in its place. False: it is no such value. */
static bool swap_case(const struct dn_value *value)
{
	unsigned char *text = (unsigned char *)(uintptr_t)value->content.data;
	if (value->tag != 0x0c && value->tag != 0x13 && value->tag != 0x16) {
		return false;
	}
	for (size_t i = 0; i < value->content.size; i++) {
		if (text[i] >= 0x80) {
			return false;
		}
	}
	for (size_t i = 0; i < value->content.size; i++) {
		unsigned char lower = text[i] | 0x20;
		text[i] ^= lower >= 'a' && lower <= 'z' ? 0x20 : 0;
	}
	return true;
}

/* The same name in other letters, if all RDNs are of one attribute. */
static bool swap_all(struct dance_octets copy)
{
	struct dance_octets rdns, attributes;
	struct dn_attribute attribute;
	bool narrow = der_sequence(copy, &rdns);
	while (narrow && rdns.size > 0) {
		must(dn_rdn_take(&rdns, &attributes) &&
			dn_attribute_take(&attributes, &attribute));
		(void)swap_case(&attribute.value);
		narrow = attributes.size == 0;
	}
	return narrow;
}

static void check_one(struct input *input, struct dance_octets name)
{
	struct work work = { 0 };
	must(dn_is_equal(name, name, &work));
	if (!dn_is_readable(name)) {
		return;
	}
	must(place(name, name) != DN_NO);
	must(place(name, (struct dance_octets){ (const unsigned char *)"\x30", 2 }) ==
		DN_YES);
	struct dance_octets copy = input_copy(input, name.data, name.size);
	must(!swap_all(copy) || is_equal(name, copy));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_begin(data, size);
	struct dance_octets a = input_octets(&input);
	struct dance_octets b = input_copy(&input, input.data, input.size);
	check_one(&input, a);
	check_one(&input, b);
	bool equal = is_equal(a, b);
	must(is_equal(b, a) == equal);
	if (dn_is_readable(a) && dn_is_readable(b)) {
		must(equal == (place(a, b) == DN_YES && place(b, a) == DN_YES) ||
			octets_equal(a, b));
	} else {
		must(!equal || octets_equal(a, b));
	}
	input_end(&input);
	return 0;
}
