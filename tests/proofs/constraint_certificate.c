/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a certificate is permitted below name constraints exactly if they can be read, so can
 *   its names, and each of these is permitted: a subject that is not empty as a directoryName,
 *   all alternative names, of which there may be so many, and, only where there are none of
 *   those, each mailbox in the subject, if mailboxes are constrained (RFC 5280 4.2.1.10, 6.1.3
 *   b, c); where the work is spent before, nothing is permitted.
 * Sources: none
 * Contracts: name_fault() gives any answer on a name; read_constraints(), dn_is_readable(),
 *   der_sequence() and general_name_take() find their input well-formed or not, and
 *   dn_rdn_take() and dn_attribute_take() take what is there.
 * Assumes: at most 2 RDNs of one attribute each, and 3 alternative names: CERTIFICATE_NAME_MAX
 *   is redefined to 2.
 * Unwind: 5 memcmp.0:10
 * Edit: src/constraint.c 's/^(static const char \*name_fault)\(const struct constraints
 *   \*constraints,$/\1(const struct constraints *constraints, struct general_name *name,
 *   struct work *work);\1_itself(const struct constraints *constraints,/;s/^(static bool
 *   read_constraints)(\(.*)$/\1(struct dance_octets value, struct constraints
 *   *constraints);\1_itself\2/'
 * Limit: 60 s */

#include "peer_limits.h"

#undef CERTIFICATE_NAME_MAX
#define CERTIFICATE_NAME_MAX 2

#include "der.h"

#define der_sequence take_all
static bool take_all(struct dance_octets sequence, struct dance_octets *content);

#include "../src/constraint.c"

#include "proof.h"

#define RDNS 2
#define NAMES 3

/* What stands at each place. */
static const unsigned char subject[1 + RDNS], names[1 + NAMES];
static bool subject_permitted, name_permitted[NAMES], mailbox_permitted[RDNS];
static bool name_whole[NAMES], is_email[RDNS];
static unsigned char tags[RDNS];
static bool constraints_read, subject_read, names_read, mailboxes_constrained;
static bool can_pay[2];
static unsigned paid;

static bool take_all(struct dance_octets sequence, struct dance_octets *content)
{
	must(sequence.data == subject || sequence.data == names, "it is a sequence");
	*content = (struct dance_octets){ sequence.data + 1, sequence.size - 1 };
	return sequence.data == subject || names_read;
}

bool work_take(struct work *work, uint32_t steps)
{
	return can_pay[paid++];
}

static bool read_constraints(struct dance_octets value, struct constraints *read)
{
	*read = (struct constraints){ 0 };
	read->permitted_forms = mailboxes_constrained ? 1u << NAME_EMAIL : 0;
	return constraints_read;
}

bool dn_is_readable(struct dance_octets name)
{
	must(name.data == subject, "it is the subject");
	return subject_read;
}

bool dn_rdn_take(struct dance_octets *rdns, struct dance_octets *attributes)
{
	if (rdns->size == 0) {
		return false;
	}
	*attributes = (struct dance_octets){ rdns->data++, 1 };
	rdns->size--;
	return true;
}

bool dn_attribute_take(struct dance_octets *attributes, struct dn_attribute *attribute)
{
	static const unsigned char email[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9,
		1 };
	if (attributes->size == 0) {
		return false;
	}
	size_t place = (size_t)(attributes->data - subject - 1);
	attribute->type = (struct dance_octets){ email,
		is_email[place] ? sizeof(email) : 1 };
	attribute->value.tag = tags[place];
	attribute->value.content = *attributes;
	attributes->size = 0;
	return true;
}

bool general_name_take(struct dance_octets *values, struct general_name *name)
{
	must(values->size > 0, "there is a name");
	name->form = NAME_OTHER;
	name->content = (struct dance_octets){ values->data++, 1 };
	values->size--;
	return name_whole[name->content.data - names - 1];
}

static const char *name_fault(const struct constraints *constraints,
	struct general_name *name, struct work *work)
{
	bool permitted;
	switch (name->form) {
	case NAME_DIRECTORY:
		must(name->content.data == subject && name->content.size > 1,
			"a subject is a directoryName if it is not empty");
		permitted = subject_permitted;
		break;
	case NAME_EMAIL:
		permitted = mailbox_permitted[name->content.data - subject - 1];
		break;
	default:
		permitted = name_permitted[name->content.data - names - 1];
	}
	return permitted ? NULL : "not permitted";
}

/* DirectoryStrings that are texts of octets, as an IA5String is. */
static bool is_text(unsigned char tag)
{
	return tag == 0x16 || tag == 0x0c || tag == 0x13;
}

static bool is_permitted(size_t rdns, bool has_names, size_t count)
{
	bool permitted = can_pay[0] && can_pay[1] && constraints_read && subject_read &&
		(rdns == 0 || subject_permitted);
	for (size_t i = 0; i < RDNS; i++) {
		if (i < rdns && !has_names && mailboxes_constrained && is_email[i]) {
			permitted = permitted && is_text(tags[i]) && mailbox_permitted[i];
		}
	}
	for (size_t i = 0; i < NAMES; i++) {
		if (has_names && i < count) {
			permitted = permitted && name_whole[i] && name_permitted[i];
		}
	}
	return permitted && (!has_names || (names_read && count > 0 && count <= 2));
}

void harness(void)
{
	struct work work;
	any_octets(name_permitted);
	any_octets(mailbox_permitted);
	any_octets(name_whole);
	any_octets(is_email);
	any_octets(tags);
	any_octets(can_pay);
	subject_permitted = nondet_bool();
	constraints_read = nondet_bool();
	subject_read = nondet_bool();
	names_read = nondet_bool();
	mailboxes_constrained = nondet_bool();
	size_t rdns = any_size(RDNS), count = any_size(NAMES);
	bool has_names = nondet_bool();

	struct dance_octets constraints = { names, 1 };
	const char *why = constraint_fault(constraints,
		(struct dance_octets){ subject, 1 + rdns },
		(struct dance_octets){ has_names ? names : NULL, has_names ? 1 + count : 0 },
		&work);
	must((why == NULL) == is_permitted(rdns, has_names, count),
		"it is permitted exactly if all of its names are");
	assume(why == NULL && rdns == RDNS && is_email[0] &&
		(has_names || mailboxes_constrained));
	end_of_proof();
}
