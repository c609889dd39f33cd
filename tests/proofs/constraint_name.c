/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: below an issuer's name constraints a name is permitted exactly if they are not about its
 *   form; or if every subtree of its form is understood, so is the name, it is outside all that
 *   are excluded and, if any of its form is permitted, inside one that is (RFC 5280 4.2.1.10); a
 *   mailbox beyond ASCII does not pass by constraints of mailboxes (RFC 9598 6); a subtree that
 *   is not well-formed makes them unreadable; where the work is spent nothing is permitted.
 * Sources: none
 * Contracts: general_name_read(), general_name_is_base() and general_name_place() give any
 *   answer, always the same on the same; take_subtree() takes the next subtree, of any form,
 *   limited or not, or none.
 * Assumes: at most 2 subtrees that are permitted and 2 that are excluded, one at least of each
 *   that is there.
 * Unwind: 5
 * Edit: src/constraint.c 's/^static bool (take_subtree)(\(.*)$/static bool \1(struct
 *   dance_octets *subtrees, struct general_name *base, bool *limited);static bool \1_itself\2/'
 * Limit: 60 s */

#include "../src/constraint.c"

#include "proof.h"

#define SUBTREES 4 /* two that are permitted, two that are excluded */

static const unsigned char octets[SUBTREES + 1]; /* a place for each */
static struct {
	unsigned form;
	bool well_formed, limited, understood;
	enum general_name_place place;
} subtrees_of[SUBTREES];
static struct general_name name;
static bool readable, beyond_ascii;

static size_t place_of(const unsigned char *at)
{
	return (size_t)(at - octets);
}

static bool take_subtree(struct dance_octets *subtrees, struct general_name *base,
	bool *limited)
{
	size_t i = place_of(subtrees->data);
	if (subtrees->size == 0 || !subtrees_of[i].well_formed) {
		return false;
	}
	base->form = (enum general_name_form)subtrees_of[i].form;
	base->content = (struct dance_octets){ subtrees->data, 1 };
	*limited = subtrees_of[i].limited;
	subtrees->data++;
	subtrees->size--;
	return true;
}

bool general_name_is_base(const struct general_name *base)
{
	return subtrees_of[place_of(base->content.data)].understood;
}

bool general_name_read(struct general_name *of, unsigned char room[URI_HOST_MAX])
{
	return readable;
}

bool general_name_is_utf8_mailbox(const struct general_name *of)
{
	return of->form == NAME_OTHER && beyond_ascii;
}

enum general_name_place general_name_place(const struct general_name *of,
	const struct general_name *base, struct work *work)
{
	must(of->form == base->form, "names of one form are compared");
	must(readable && subtrees_of[place_of(base->content.data)].understood,
		"and only what is understood");
	work->spent |= nondet_bool();
	return work->spent ? PLACE_UNCLEAR :
			     subtrees_of[place_of(base->content.data)].place;
}

bool work_take(struct work *work, uint32_t steps)
{
	work->spent |= nondet_bool();
	return !work->spent;
}

/* The rules written down once more, for the form of the name. */
static bool is_permitted(size_t permitted, size_t excluded)
{
	bool any = false, inside = false, out = true, clear = true, mailboxes = false;
	for (size_t i = 0; i < SUBTREES; i++) {
		if (i < 2 ? i >= permitted : i - 2 >= excluded) {
			continue;
		}
		mailboxes |= subtrees_of[i].form == NAME_EMAIL;
		if (subtrees_of[i].form != name.form) {
			continue;
		}
		clear &= readable && subtrees_of[i].understood && !subtrees_of[i].limited;
		any |= i < 2;
		inside |= i < 2 && subtrees_of[i].place == PLACE_INSIDE;
		out &= i < 2 || subtrees_of[i].place == PLACE_OUTSIDE;
	}
	return clear && out && (inside || !any) &&
		!(mailboxes && beyond_ascii && name.form == NAME_OTHER);
}

void harness(void)
{
	struct constraints constraints = { .unclear_forms = 0 };
	struct work work = { .spent = false };
	size_t permitted = any_size(2), excluded = any_size(2);
	bool well_formed = true, read = true;
	readable = nondet_bool();
	beyond_ascii = nondet_bool();
	name.form = (enum general_name_form)nondet_unsigned();
	assume((unsigned)name.form < NAME_FORM_COUNT);
	for (size_t i = 0; i < SUBTREES; i++) {
		subtrees_of[i].form = nondet_unsigned();
		subtrees_of[i].well_formed = nondet_bool();
		subtrees_of[i].limited = nondet_bool();
		subtrees_of[i].understood = nondet_bool();
		subtrees_of[i].place = (enum general_name_place)nondet_unsigned();
		assume(subtrees_of[i].form < NAME_FORM_COUNT &&
			(unsigned)subtrees_of[i].place <= PLACE_INSIDE);
		well_formed &= (i < 2 ? i >= permitted : i - 2 >= excluded) ||
			subtrees_of[i].well_formed;
	}
	constraints.permitted = (struct dance_octets){ octets, permitted };
	constraints.excluded = (struct dance_octets){ octets + 2, excluded };
	if (permitted > 0) {
		read = survey(constraints.permitted, &constraints,
			&constraints.permitted_forms);
	}
	if (excluded > 0) {
		read = read &&
			survey(constraints.excluded, &constraints,
				&constraints.excluded_forms);
	}
	must(read == well_formed, "they are readable exactly if all are well-formed");
	if (!read) {
		return;
	}
	const char *why = name_fault(&constraints, &name, &work);
	must(why != NULL || is_permitted(permitted, excluded),
		"only what is permitted passes");
	must(why == NULL || work.spent || !is_permitted(permitted, excluded),
		"what is permitted passes if the work lasts");
	end_of_proof();
}
