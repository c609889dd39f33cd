/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * RFC 5280 6.1.3 b, c for one issuer. The constraints are read once as a whole, so that nothing
 * garbled is missed, and then walked for each name of a form that they are about. Nothing of
 * them is stored: a peer chooses how many there are. */

#include "constraint.h"

#include "der.h"
#include "dn.h"
#include "general_name.h"
#include "octets.h"

enum tag {
	TAG_MINIMUM = 0x80,
	TAG_MAXIMUM = 0x81,
	TAG_PERMITTED = 0xa0,
	TAG_EXCLUDED = 0xa1,
};

/* What it costs to read so many octets of DER, and to walk over them again. */
#define READ_STEPS(size) (1 + (uint32_t)((size) / 16))
#define WALK_STEPS(size) (1 + (uint32_t)((size) / 16))

static const char not_permitted[] =
	"an issuer's name constraints do not permit a name below it";
static const char not_told[] =
	"it is unclear whether an issuer's name constraints permit a name below it";
static const char not_understood[] = "a name below name constraints cannot be understood";
static const char unclear[] = "an issuer's name constraints cannot be understood";
static const char too_many[] =
	"a certificate below name constraints has more than " CERTIFICATE_NAME_MAX_TEXT
	" alternative names";
static const char too_dear[] = "comparing names with name constraints takes too much work";

struct constraints {
	struct dance_octets permitted, excluded;  /* GeneralSubtrees */
	unsigned permitted_forms, excluded_forms; /* that they are about, a bit for each */
	unsigned unclear_forms; /* with a subtree that is not understood */
};

/* Takes one GeneralSubtree; `limited`: it has a minimum or maximum that is more than the
 * default, which RFC 5280 4.2.1.10 gives no meaning. */
static bool take_subtree(struct dance_octets *subtrees, struct general_name *base,
	bool *limited)
{
	struct dance_octets subtree, distance;
	uint32_t minimum = 0, maximum;
	if (!der_take(subtrees, DER_SEQUENCE, &subtree) ||
		!general_name_take(&subtree, base)) {
		return false;
	}
	if (der_take(&subtree, TAG_MINIMUM, &distance) &&
		!der_unsigned(distance, &minimum)) {
		return false;
	}
	*limited = minimum != 0;
	if (der_take(&subtree, TAG_MAXIMUM, &distance)) {
		*limited = true;
		return subtree.size == 0 && der_unsigned(distance, &maximum);
	}
	return subtree.size == 0;
}

/* Reads one list of subtrees, which is there and not empty, to its end. */
static bool survey(struct dance_octets subtrees, struct constraints *constraints,
	unsigned *forms)
{
	do {
		struct general_name base;
		bool limited;
		if (!take_subtree(&subtrees, &base, &limited)) {
			return false;
		}
		*forms |= 1u << base.form;
		if (limited || !general_name_is_base(&base)) {
			constraints->unclear_forms |= 1u << base.form;
		}
	} while (subtrees.size > 0);
	return true;
}

/* A sequence without either list constrains nothing, though RFC 5280 forbids issuing it. */
static bool read_constraints(struct dance_octets value, struct constraints *constraints)
{
	struct dance_octets lists;
	*constraints = (struct constraints){ 0 };
	if (!der_sequence(value, &lists)) {
		return false;
	}
	if (der_take(&lists, TAG_PERMITTED, &constraints->permitted) &&
		!survey(constraints->permitted, constraints,
			&constraints->permitted_forms)) {
		return false;
	}
	if (der_take(&lists, TAG_EXCLUDED, &constraints->excluded) &&
		!survey(constraints->excluded, constraints, &constraints->excluded_forms)) {
		return false;
	}
	return lists.size == 0;
}

static bool is_constrained(const struct constraints *constraints,
	enum general_name_form form)
{
	return ((constraints->permitted_forms | constraints->excluded_forms) &
		       1u << form) != 0;
}

/* Where does a name lie, seen from all subtrees of its form? */
static enum general_name_place find(const struct general_name *name,
	struct dance_octets subtrees, struct work *work)
{
	enum general_name_place found = PLACE_OUTSIDE;
	if (!work_take(work, WALK_STEPS(subtrees.size))) {
		return PLACE_UNCLEAR;
	}
	while (subtrees.size > 0) {
		struct general_name base;
		bool limited;
		if (!take_subtree(&subtrees, &base, &limited)) {
			return PLACE_UNCLEAR;
		}
		if (base.form != name->form) {
			continue;
		}
		enum general_name_place place = general_name_place(name, &base, work);
		if (place == PLACE_INSIDE || work->spent) {
			return place;
		}
		if (place == PLACE_UNCLEAR) {
			found = PLACE_UNCLEAR;
		}
	}
	return found;
}

/* A name in the certificate, still to be read. */
static const char *name_fault(const struct constraints *constraints,
	struct general_name *name, struct work *work)
{
	unsigned char room[URI_HOST_MAX];
	unsigned form = 1u << name->form;
	/* RFC 9598 6: such a mailbox is not to pass by the constraints of rfc822Names, which
	 * hold nothing that it can be compared with. */
	if (is_constrained(constraints, NAME_EMAIL) && general_name_is_utf8_mailbox(name)) {
		return not_understood;
	}
	if (!is_constrained(constraints, name->form)) {
		return NULL;
	}
	if ((constraints->unclear_forms & form) != 0) {
		return unclear;
	}
	if (!general_name_read(name, room)) {
		return not_understood;
	}
	enum general_name_place permitted = (constraints->permitted_forms & form) == 0 ?
		PLACE_INSIDE :
		find(name, constraints->permitted, work);
	enum general_name_place excluded = (constraints->excluded_forms & form) == 0 ?
		PLACE_OUTSIDE :
		find(name, constraints->excluded, work);
	if (work->spent) {
		return too_dear;
	}
	if (permitted == PLACE_INSIDE && excluded == PLACE_OUTSIDE) {
		return NULL;
	}
	return permitted == PLACE_OUTSIDE || excluded == PLACE_INSIDE ? not_permitted :
									not_told;
}

/* A mailbox in the subject, whose value should be an IA5String. */
static const char *email_fault(const struct constraints *constraints,
	const struct dn_value *value, struct work *work)
{
	struct general_name name = { .form = NAME_EMAIL, .content = value->content };
	if (value->tag != DER_IA5_STRING && value->tag != DER_UTF8_STRING &&
		value->tag != DER_PRINTABLE_STRING) {
		return not_understood;
	}
	return name_fault(constraints, &name, work);
}

static const char *emails_fault(const struct constraints *constraints,
	struct dance_octets rdns, struct work *work)
{
	static const unsigned char oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 };
	static const struct dance_octets email = { oid, sizeof(oid) };
	const char *why = NULL;
	struct dance_octets attributes;
	while (why == NULL && dn_rdn_take(&rdns, &attributes)) {
		struct dn_attribute attribute;
		while (why == NULL && dn_attribute_take(&attributes, &attribute)) {
			if (octets_equal(attribute.type, email)) {
				why = email_fault(constraints, &attribute.value, work);
			}
		}
	}
	return why;
}

/* RFC 5280 4.2.1.10: a subject that is not empty is a directoryName, and its mailboxes count
 * where the certificate has no alternative names. */
static const char *subject_fault(const struct constraints *constraints,
	struct dance_octets subject, bool with_emails, struct work *work)
{
	struct dance_octets rdns;
	if (!dn_is_readable(subject) || !der_sequence(subject, &rdns)) {
		return "a subject cannot be read";
	}
	if (rdns.size == 0) {
		return NULL;
	}
	struct general_name name = { .form = NAME_DIRECTORY, .content = subject };
	const char *why = name_fault(constraints, &name, work);
	if (why == NULL && with_emails && is_constrained(constraints, NAME_EMAIL)) {
		why = emails_fault(constraints, rdns, work);
	}
	return why;
}

static const char *alternative_fault(const struct constraints *constraints,
	struct dance_octets value, struct work *work)
{
	static const char unreadable[] = "alternative names cannot be read";
	struct dance_octets names;
	if (!der_sequence(value, &names) || names.size == 0) {
		return unreadable;
	}
	const char *why = NULL;
	for (unsigned i = 0; why == NULL && names.size > 0; i++) {
		struct general_name name;
		if (i == CERTIFICATE_NAME_MAX) {
			return too_many;
		}
		why = general_name_take(&names, &name) ?
			name_fault(constraints, &name, work) :
			unreadable;
	}
	return why;
}

const char *constraint_fault(struct dance_octets constraints, struct dance_octets subject,
	struct dance_octets alternative_names, struct work *work)
{
	struct constraints read;
	bool alternative = alternative_names.data != NULL;
	if (!work_take(work, READ_STEPS(constraints.size)) ||
		!work_take(work, READ_STEPS(subject.size + alternative_names.size))) {
		return too_dear;
	}
	if (!read_constraints(constraints, &read)) {
		return "an issuer's name constraints cannot be read";
	}
	const char *why = subject_fault(&read, subject, !alternative, work);
	if (why == NULL && alternative) {
		why = alternative_fault(&read, alternative_names, work);
	}
	return why;
}
