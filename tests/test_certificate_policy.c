/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificate policies of a path (RFC 5280 6.1). A path is written from the anchor down,
 * certificates apart by '/': "+AB*" its policies, '*' for anyPolicy; ">AB" that A is mapped to
 * B; "e0" requireExplicitPolicy, "m0" inhibitPolicyMapping, "a0" inhibitAnyPolicy; "s" that it
 * is self-issued. */

#include "certificate_policy.h"
#include "check.h"
#include "policy_writer.h"

#include <string.h>

#define STEP_MAX 10

struct part {
	struct der policies, mappings, constraints, any;
};

static struct part parts[STEP_MAX];
static struct certificate_policy_step steps[STEP_MAX];

static void put_mapping(struct der *to, const char *pair)
{
	struct der mapping = { NULL, 0 };
	put_oid(&mapping, pair[0]);
	put_oid(&mapping, pair[1]);
	der_wrap(to, DER_SEQUENCE, &mapping);
}

static void put_skip(struct der *to, unsigned char tag, char digit)
{
	const unsigned char number = (unsigned char)(digit - '0');
	der_put(to, tag, &number, 1);
}

static struct dance_octets finish(struct der *content)
{
	struct der whole = { NULL, 0 };
	if (content->octets == NULL) {
		return (struct dance_octets){ NULL, 0 };
	}
	der_wrap(&whole, DER_SEQUENCE, content);
	*content = whole;
	return (struct dance_octets){ whole.octets, whole.size };
}

static void write_step(struct certificate_policy_step *step, struct part *part,
	const char *text)
{
	*step = (struct certificate_policy_step){ .self_issued = false };
	for (; *text != '\0' && *text != '/'; text++) {
		switch (*text) {
		case '+':
			while (text[1] == '*' || (text[1] >= 'A' && text[1] <= 'Z')) {
				put_policy(&part->policies, *++text);
			}
			break;
		case '>':
			put_mapping(&part->mappings, text + 1);
			text += 2;
			break;
		case 'e':
			put_skip(&part->constraints, 0x80, *++text);
			break;
		case 'm':
			put_skip(&part->constraints, 0x81, *++text);
			break;
		case 'a':
			put_skip(&part->any, DER_INTEGER, *++text);
			break;
		case 's':
			step->self_issued = true;
			break;
		default:
			assert_int_equal(*text, ' ');
		}
	}
	step->policies = finish(&part->policies);
	step->mappings = finish(&part->mappings);
	step->constraints = finish(&part->constraints);
	step->inhibit_any = (struct dance_octets){ part->any.octets, part->any.size };
}

static unsigned write_path(const char *text)
{
	unsigned count = 0;
	for (const char *at = text; at != NULL; at = strchr(at, '/')) {
		at += *at == '/';
		assert_true(count < STEP_MAX);
		write_step(&steps[count], &parts[count], at);
		count++;
	}
	return count;
}

static void clear_path(void)
{
	for (size_t i = 0; i < STEP_MAX; i++) {
		der_clear(&parts[i].policies);
		der_clear(&parts[i].mappings);
		der_clear(&parts[i].constraints);
		der_clear(&parts[i].any);
	}
}

struct row {
	const char *path;
	const char *fault; /* a part of it; NULL: none */
};

static void check_rows(const struct row *rows, size_t count, bool anchored)
{
	for (size_t i = 0; i < count; i++) {
		struct work work;
		work_begin(&work);
		unsigned length = write_path(rows[i].path);
		const char *why = certificate_policy_fault(steps, length, anchored, &work);
		clear_path();
		if (rows[i].fault == NULL ?
				why != NULL :
				why == NULL || strstr(why, rows[i].fault) == NULL) {
			fail_msg("'%s': %s", rows[i].path, why != NULL ? why : "no fault");
		}
	}
}

#define REQUIRED "required"

/* All are certificates of the path. */
static const struct row path_rows[] = {
	{ "", NULL },
	{ "/", NULL },
	{ "+A/+B", NULL }, /* nobody asks for one */
	{ "+A/", NULL },

	/* requireExplicitPolicy */
	{ "e0", REQUIRED },
	{ "+A e0", NULL },
	{ "+* e0", NULL },
	{ "+A e1", NULL },
	{ "e1", NULL }, /* of the leaf only 0 matters (6.1.5 b) */
	{ "+A e0/+A", NULL },
	{ "+A e0/+AB", NULL },
	{ "+A e0/+B", REQUIRED },
	{ "+A e0/", REQUIRED },
	{ "e0/+A", REQUIRED },  /* what was not there once is not there below */
	{ "+A e1/", REQUIRED }, /* one decrement (6.1.5 a) */
	{ "+A e2/", NULL },
	{ "+A e1/+A/", REQUIRED },
	{ "+A e2/+A/", REQUIRED },
	{ "+A e3/+A/", NULL },
	{ "+A e9/+A/", NULL },
	{ "+A e2/+A s/", NULL }, /* self-issued ones do not count (6.1.4 h) */
	{ "+A e0/+A s/", REQUIRED },
	{ "+A e1/s", REQUIRED }, /* but the leaf does (6.1.5 a) */
	{ "+A e3/+A e1/", REQUIRED },
	{ "+A e0/+A e3/", REQUIRED }, /* never raised */
	{ "+A/+A e0", NULL },
	{ "+A/+B e0", REQUIRED },
	{ "/ e0", REQUIRED },

	/* anyPolicy */
	{ "+* e0/+A", NULL },
	{ "+A e0/+*", NULL },
	{ "+A e0/+*/+A", NULL },
	{ "+A e0/+*/+B", REQUIRED },
	{ "+*A e0/+*B/+B", NULL },
	{ "+* e0/+*/+B", NULL },
	{ "+A e0/+B*/+A", NULL },
	{ "+A e0 a0/+*", REQUIRED },
	{ "+* e0 a0/+*", REQUIRED },
	{ "+* e0 a0/+A", NULL }, /* the one above was before it */
	{ "+* e0 a1/+*/+A", NULL },
	{ "+* e0 a1/+*/+*", REQUIRED },
	{ "+* e0 a2/+*/+*", NULL },
	{ "+* e0 a1/+* s/+*", NULL },
	{ "+A e0 a0/+* s/+A", NULL }, /* 6.1.3 d 2 */
	{ "+A e0 a0/+* s/+*", REQUIRED },
	{ "+A e0 a0/+* s", REQUIRED }, /* not for the leaf */
	{ "+A e0 a0/+*A/+A", NULL },
	{ "+* e0 a1/+A a9/+*", REQUIRED },

	/* policyMappings */
	{ "+A >AB e0/+B", NULL },
	{ "+A >AB e0/+A", REQUIRED },
	{ "+A >AB>AC e0/+C", NULL },
	{ "+AC >AB e0/+C", NULL },
	{ "+A >CB e0/+B", REQUIRED },
	{ "+A >CB e0/+A", NULL },
	{ "+* >AB e0/+B", NULL },
	{ "+* >AB e0/+A", NULL }, /* anyPolicy still is valid */
	{ "+A >AB e0/+* /+B", NULL },
	{ "+A >AB e0/+B >BC/+C", NULL },
	{ "+A >AB e0/+B >BC/+B", REQUIRED },
	{ "+A >AA e0/+A", NULL },
	{ "+A >AB >BC e0/+C", REQUIRED }, /* not twice at one place */
	{ "+AB >AB >BA e0/+A", NULL },
	{ "+A e0 m0/+A >AB/+B", REQUIRED },
	{ "+A e0 m0/+A >AB/+A", REQUIRED }, /* what would be mapped is gone (6.1.4 b 2) */
	{ "+AC e0 m0/+AC >AB/+C", NULL },
	{ "+A e0 m0 >AB/+B", NULL }, /* inhibits below itself */
	{ "+A e0 m1/+A >AB/+B", NULL },
	{ "+A e0 m1/+A/+A >AB/+B", REQUIRED },
	{ "+A e0 m1/+A s/+A >AB/+B", NULL },
	{ "+* e0 m0/+* >AB/+B", NULL },
	{ "+A >*B/+B", "to or from anyPolicy" },
	{ "+A >A*/+A", "to or from anyPolicy" },
	{ ">A*/", "to or from anyPolicy" },
	{ "+A e0/+A >A*", NULL }, /* the leaf's are not processed (6.1.4) */
	{ "+A e0/+A >AB", NULL },

	{ "+AA", "twice" },
	{ "+ABA", "twice" },
	{ "+**", "twice" },
	{ "+AB*C/+A*A", "twice" },
};

/* The first is the anchor's own (RFC 5937 3.2). */
static const struct row anchored_rows[] = {
	{ "", NULL },
	{ "e0", NULL },
	{ "/", NULL },
	{ "e0/+A", NULL },
	{ "e0/+*", NULL },
	{ "e0/", REQUIRED },
	{ "e1/", REQUIRED }, /* its own number is not counted down */
	{ "e2/", NULL },
	{ "e2//", REQUIRED },
	{ "e3//", NULL },
	{ "s e2//", REQUIRED },
	{ "+A e0/+A", NULL },
	{ "+A e0/+B", REQUIRED },
	{ "+A* e0/+B", NULL },
	{ "+A/+B", NULL },
	{ "+A/+A e0", NULL },
	{ "+A/+B e0", REQUIRED },
	{ "+A e0/+*/+A", NULL },
	{ "+A e0/+*/+B", REQUIRED },
	{ "a0/+* e0", REQUIRED },
	{ "a1/+* e0", NULL },
	{ "a1/+*/+* e0", REQUIRED },
	{ "a0/+A e0", NULL },
	{ "a0 e0/+* s/+A", NULL },
	{ "m0/+A >AB/+B e0", REQUIRED },
	{ "m1/+A >AB/+B e0", NULL },
	{ "m1/+A/+A >AB/+B e0", REQUIRED },
	{ "+A >AB e0/+B", NULL },
	{ "+A >AB e0/+A", REQUIRED },
	{ ">A*/", "to or from anyPolicy" },
	{ "+AA/", "twice" },
};

static void a_path_needs_a_policy_where_one_is_required(void **state)
{
	(void)state;
	check_rows(path_rows, ROWS(path_rows), false);
}

static void the_anchor_binds_what_is_below_it(void **state)
{
	(void)state;
	check_rows(anchored_rows, ROWS(anchored_rows), true);
}

static void a_path_of_nothing_is_refused(void **state)
{
	(void)state;
	struct work work;
	work_begin(&work);
	assert_non_null(certificate_policy_fault(NULL, 0, false, &work));
}

enum place {
	POLICIES,
	MAPPINGS,
	CONSTRAINTS,
	ANY,
	PLACE_COUNT
};

static const char *fault_of(enum place place, struct dance_octets value, bool critical,
	unsigned count)
{
	struct certificate_policy_step path[2] = { { .policies_critical = critical } };
	struct dance_octets *const places[PLACE_COUNT] = { &path[count - 1].policies,
		&path[count - 1].mappings, &path[count - 1].constraints,
		&path[count - 1].inhibit_any };
	struct work work;
	*places[place] = value;
	path[1].policies_critical = critical;
	work_begin(&work);
	return certificate_policy_fault(path, count, false, &work);
}

#define OCTETS(literal) { (const unsigned char *)(literal), sizeof(literal) - 1 }

struct form {
	const char *row;
	enum place place;
	struct dance_octets value;
	bool critical;
	const char *fault;
};

#define CPS "\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x01"
#define NOTICE "\x06\x08\x2b\x06\x01\x05\x05\x07\x02\x02"
#define OID "\x06\x03\x88\x37\x41"
#define UNREAD "certificate policies cannot be read"

static const struct form forms[] = {
	{ "nothing", POLICIES, OCTETS(""), false, UNREAD },
	{ "no policy", POLICIES, OCTETS("\x30\x00"), false, UNREAD },
	{ "one", POLICIES, OCTETS("\x30\x07\x30\x05" OID), true, NULL },
	{ "one and more", POLICIES, OCTETS("\x30\x07\x30\x05" OID "\x05\x00"), false,
		UNREAD },
	{ "one and more inside", POLICIES, OCTETS("\x30\x09\x30\x05" OID "\x05\x00"), false,
		UNREAD },
	{ "a set", POLICIES, OCTETS("\x31\x07\x30\x05" OID), false, UNREAD },
	{ "cut", POLICIES, OCTETS("\x30\x07\x30\x05\x06\x03\x88\x37"), false, UNREAD },
	{ "long length", POLICIES, OCTETS("\x30\x81\x07\x30\x05" OID), false, UNREAD },
	{ "indefinite", POLICIES, OCTETS("\x30\x80\x30\x05" OID "\x00\x00"), false, UNREAD },
	{ "no OID", POLICIES, OCTETS("\x30\x02\x30\x00"), false, UNREAD },
	{ "an empty OID", POLICIES, OCTETS("\x30\x04\x30\x02\x06\x00"), false, UNREAD },
	{ "an OID without end", POLICIES, OCTETS("\x30\x07\x30\x05\x06\x03\x88\x37\xc1"),
		false, UNREAD },
	{ "an OID too long", POLICIES, OCTETS("\x30\x07\x30\x05\x06\x03\x37\x80\x41"),
		false, UNREAD },
	{ "another type", POLICIES, OCTETS("\x30\x07\x30\x05\x0d\x03\x88\x37\x41"), false,
		UNREAD },

	{ "no qualifiers", POLICIES, OCTETS("\x30\x09\x30\x07" OID "\x30\x00"), false,
		UNREAD },
	{ "CPS", POLICIES,
		OCTETS("\x30\x18\x30\x16" OID "\x30\x0f\x30\x0d" CPS "\x16\x01"
		       "a"),
		true, NULL },
	{ "notice", POLICIES,
		OCTETS("\x30\x17\x30\x15" OID "\x30\x0e\x30\x0c" NOTICE "\x30\x00"), true,
		NULL },
	{ "both", POLICIES,
		OCTETS("\x30\x25\x30\x23" OID "\x30\x1c"
		       "\x30\x0c" NOTICE "\x30\x00"
		       "\x30\x0c" CPS "\x16\x00"),
		true, NULL },
	{ "qualifier without content", POLICIES,
		OCTETS("\x30\x15\x30\x13" OID "\x30\x0c\x30\x0a" CPS), false, UNREAD },
	{ "qualifier of two", POLICIES,
		OCTETS("\x30\x19\x30\x17" OID "\x30\x10\x30\x0e" CPS "\x05\x00\x05\x00"),
		false, UNREAD },
	{ "qualifier without OID", POLICIES,
		OCTETS("\x30\x0d\x30\x0b" OID "\x30\x04\x30\x02\x05\x00"), false, UNREAD },
	{ "a set for a qualifier", POLICIES,
		OCTETS("\x30\x17\x30\x15" OID "\x30\x0e\x31\x0c" NOTICE "\x30\x00"), false,
		UNREAD },
	{ "both, the second a set", POLICIES,
		OCTETS("\x30\x25\x30\x23" OID "\x30\x1c"
		       "\x30\x0c" NOTICE "\x30\x00"
		       "\x31\x0c" CPS "\x16\x00"),
		false, UNREAD },
	{ "unknown qualifier", POLICIES,
		OCTETS("\x30\x12\x30\x10" OID "\x30\x09\x30\x07" OID "\x05\x00"), false,
		NULL },
	{ "unknown qualifier, critical", POLICIES,
		OCTETS("\x30\x12\x30\x10" OID "\x30\x09\x30\x07" OID "\x05\x00"), true,
		"qualifier" },
	{ "qualifiers and more", POLICIES,
		OCTETS("\x30\x19\x30\x17" OID "\x30\x0e\x30\x0c" NOTICE "\x30\x00\x05\x00"),
		false, UNREAD },

	{ "a pair", MAPPINGS, OCTETS("\x30\x0c\x30\x0a" OID OID), false, NULL },
	{ "no pair", MAPPINGS, OCTETS("\x30\x00"), false, "mappings" },
	{ "nothing", MAPPINGS, OCTETS(""), false, "mappings" },
	{ "half a pair", MAPPINGS, OCTETS("\x30\x07\x30\x05" OID), false, "mappings" },
	{ "three", MAPPINGS, OCTETS("\x30\x11\x30\x0f" OID OID OID), false, "mappings" },
	{ "a pair and more", MAPPINGS, OCTETS("\x30\x0c\x30\x0a" OID OID "\x00"), false,
		"mappings" },
	{ "no sequence", MAPPINGS, OCTETS("\x30\x0a" OID OID), false, "mappings" },

	{ "both", CONSTRAINTS, OCTETS("\x30\x06\x80\x01\x09\x81\x01\x00"), false, NULL },
	{ "the first", CONSTRAINTS, OCTETS("\x30\x03\x80\x01\x09"), false, NULL },
	{ "the second", CONSTRAINTS, OCTETS("\x30\x03\x81\x01\x00"), false, NULL },
	{ "neither", CONSTRAINTS, OCTETS("\x30\x00"), false, "constraints" },
	{ "nothing", CONSTRAINTS, OCTETS(""), false, "constraints" },
	{ "the other way round", CONSTRAINTS, OCTETS("\x30\x06\x81\x01\x00\x80\x01\x09"),
		false, "constraints" },
	{ "one twice", CONSTRAINTS, OCTETS("\x30\x06\x80\x01\x09\x80\x01\x09"), false,
		"constraints" },
	{ "a third", CONSTRAINTS, OCTETS("\x30\x06\x80\x01\x09\x82\x01\x00"), false,
		"constraints" },
	{ "explicit tag", CONSTRAINTS, OCTETS("\x30\x05\xa0\x03\x02\x01\x09"), false,
		"constraints" },
	{ "negative", CONSTRAINTS, OCTETS("\x30\x03\x80\x01\xff"), false, "constraints" },
	{ "negative second", CONSTRAINTS, OCTETS("\x30\x03\x81\x01\x80"), false,
		"constraints" },
	{ "no number", CONSTRAINTS, OCTETS("\x30\x02\x80\x00"), false, "constraints" },
	{ "too long", CONSTRAINTS, OCTETS("\x30\x04\x80\x02\x00\x09"), false,
		"constraints" },
	{ "large", CONSTRAINTS, OCTETS("\x30\x0b\x80\x09\x7f\0\0\0\0\0\0\0\0"), false,
		NULL },
	{ "and more", CONSTRAINTS, OCTETS("\x30\x03\x80\x01\x09\x00"), false,
		"constraints" },

	{ "zero", ANY, OCTETS("\x02\x01\x00"), false, NULL },
	{ "large", ANY, OCTETS("\x02\x09\x7f\0\0\0\0\0\0\0\0"), false, NULL },
	{ "nothing", ANY, OCTETS(""), false, "inhibitAnyPolicy" },
	{ "negative", ANY, OCTETS("\x02\x01\x80"), false, "inhibitAnyPolicy" },
	{ "no number", ANY, OCTETS("\x02\x00"), false, "inhibitAnyPolicy" },
	{ "another type", ANY, OCTETS("\x0a\x01\x00"), false, "inhibitAnyPolicy" },
	{ "and more", ANY, OCTETS("\x02\x01\x00\x05\x00"), false, "inhibitAnyPolicy" },
	{ "cut", ANY, OCTETS("\x02\x02\x00"), false, "inhibitAnyPolicy" },
};

/* Nobody requires a policy here: what cannot be read refuses for all that. */
static void what_cannot_be_read_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(forms); i++) {
		const struct form *form = &forms[i];
		for (unsigned count = 1; count <= 2; count++) {
			const char *why = fault_of(form->place, form->value, form->critical,
				count);
			if (form->fault == NULL ?
					why != NULL :
					why == NULL || strstr(why, form->fault) == NULL) {
				fail_msg("place %d: %s: %s", form->place, form->row,
					why != NULL ? why : "no fault");
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_needs_a_policy_where_one_is_required),
		cmocka_unit_test(the_anchor_binds_what_is_below_it),
		cmocka_unit_test(a_path_of_nothing_is_refused),
		cmocka_unit_test(what_cannot_be_read_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
