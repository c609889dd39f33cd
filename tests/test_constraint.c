/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Name constraints: what they let pass and what not, for each form of name; and that nothing in
 * them that is garbled or not understood is overlooked. */

#include "check.h"
#include "constraint.h"
#include "name_writer.h"

#include <string.h>

/* Parts of the reasons. */
#define OUT "do not permit"
#define NO_TELL "it is unclear whether"
#define NAME "a name below name constraints cannot be understood"
#define WAY "name constraints cannot be understood"

struct row {
	const char *permitted, *excluded; /* subtrees; NULL: no such list */
	const char *subject;
	const char *names; /* NULL: no alternative names */
	const char *why;   /* a part of it; NULL: permitted */
};

static const struct row dns_rows[] = {
	/* permitted */
	{ "dns:example.net", NULL, "", "dns:example.net", NULL },
	{ "dns:example.net", NULL, "", "dns:a.example.net", NULL },
	{ "dns:example.net", NULL, "", "dns:a.b.Example.NET", NULL },
	{ "dns:EXAMPLE.net", NULL, "", "dns:a.b.example.net", NULL },
	{ "dns:example.net", NULL, "", "dns:anexample.net", OUT },
	{ "dns:example.net", NULL, "", "dns:net", OUT },
	{ "dns:example.net", NULL, "", "dns:example.org", OUT },
	{ "dns:example.net", NULL, "", "dns:example.net|dns:example.org", OUT },
	{ "dns:example.net", NULL, "", "dns:example.org|dns:example.net", OUT },
	{ "dns:example.net|dns:example.org", NULL, "", "dns:a.example.org|dns:example.net",
		NULL },
	{ "dns:.example.net", NULL, "", "dns:a.example.net", NULL },
	{ "dns:.example.net", NULL, "", "dns:a.b.example.net", NULL },
	{ "dns:.example.net", NULL, "", "dns:example.net", OUT },
	{ "dns:", NULL, "", "dns:example.net", NULL },
	{ "dns:_dev.example.net", NULL, "", "dns:a._dev.example.net", NULL },
	{ "dns:example.net", NULL, "", "dns:example.net.", NAME },
	{ "dns:example.net.", NULL, "", "dns:a.example.net", WAY },
	{ "dns:example.net", NULL, "", "dns:*.example.net", NULL },
	{ "dns:example.net", NULL, "", "dns:*.a.example.net", NULL },
	{ "dns:.example.net", NULL, "", "dns:*.example.net", NULL },
	{ "dns:a.example.net", NULL, "", "dns:*.example.net", NO_TELL },
	{ "dns:a.example.net", NULL, "", "dns:*.net", OUT },
	{ "dns:example.net", NULL, "O=Acme/CN=example.org", "dns:example.net", NULL },
	{ "dns:example.net", NULL, "O=Acme/CN=example.org", NULL, NULL },
	/* excluded */
	{ NULL, "dns:example.net", "", "dns:example.org", NULL },
	{ NULL, "dns:example.net", "", "dns:anexample.net", NULL },
	{ NULL, "dns:example.net", "", "dns:net", NULL },
	{ NULL, "dns:example.net", "", "dns:example.net", OUT },
	{ NULL, "dns:example.net", "", "dns:a.Example.net", OUT },
	{ NULL, "dns:example.net", "", "dns:example.org|dns:a.example.net", OUT },
	{ NULL, "dns:example.org|dns:example.net", "", "dns:a.example.net", OUT },
	{ NULL, "dns:.example.net", "", "dns:example.net", NULL },
	{ NULL, "dns:.example.net", "", "dns:a.example.net", OUT },
	{ NULL, "dns:", "", "dns:example.org", OUT },
	{ NULL, "dns:", "O=Acme", "email:a@example.org", NULL },
	{ NULL, "dns:example.net", "", "dns:example.net.", NAME },
	{ NULL, "dns:example.net.", "", "dns:a.example.net", WAY },
	{ NULL, "dns:example.net", "", "dns:*.example.net", OUT },
	{ NULL, "dns:a.example.net", "", "dns:*.example.net", NO_TELL },
	{ NULL, "dns:b.a.example.net", "", "dns:*.example.net", NULL },
	{ NULL, "dns:a.example.org", "", "dns:*.example.net", NULL },
	/* both */
	{ "dns:example.net", "dns:a.example.net", "", "dns:b.example.net", NULL },
	{ "dns:example.net", "dns:a.example.net", "", "dns:b.a.example.net", OUT },
	{ "dns:a.example.net", "dns:example.net", "", "dns:a.example.net", OUT },
	/* not understood */
	{ "dns:.", NULL, "", "dns:example.net", WAY },
	{ NULL, "dns:.", "", "dns:example.net", WAY },
	{ NULL, "dns:a..b", "", "dns:example.net", WAY },
	{ NULL, "dns:*.example.net", "", "dns:example.org", WAY },
	{ "dns:b\xc3\xbc"
	  "cher.example",
		NULL, "", "dns:example.net", WAY },
	{ "dns:example.net|dns:a b", NULL, "", "dns:example.net", WAY },
	{ "dns:.", NULL, "O=Acme", "email:a@example.net", NULL },
	{ "dns:.", NULL, "O=Acme", NULL, NULL },
	{ NULL, "dns:example.net", "", "dns:a..b", NAME },
	{ NULL, "dns:example.net", "", "dns:", NAME },
	{ NULL, "dns:example.net", "", "dns: ", NAME },
	{ NULL, "dns:example.net", "", "dns:a\n.example.org", NAME },
	{ NULL, "dns:example.net", "", "dns:a*.example.org", NAME },
	{ NULL, "dns:example.net", "", "dns:.example.org", NAME },
	{ NULL, "email:example.net", "", "dns:a..b", NULL },
};

static const struct row email_rows[] = {
	{ "email:example.net", NULL, "", "email:a@example.net", NULL },
	{ "email:example.net", NULL, "", "email:\"a@example.org\"@Example.NET", NULL },
	{ "email:example.net", NULL, "", "email:a@b.example.net", OUT },
	{ "email:example.net", NULL, "", "email:\"a@example.net\"@example.org", OUT },
	{ "email:.example.net", NULL, "", "email:a@b.example.net", NULL },
	{ "email:.example.net", NULL, "", "email:a@b.c.example.net", NULL },
	{ "email:.example.net", NULL, "", "email:a@example.net", OUT },
	{ "email:a@example.net", NULL, "", "email:a@EXAMPLE.net", NULL },
	{ "email:a@example.net", NULL, "", "email:\"a\"@example.net", NO_TELL },
	{ "email:\"a\"@example.net", NULL, "", "email:\"a\"@Example.net", NULL },
	{ "email:a@example.net", NULL, "", "email:A@example.net", OUT },
	{ "email:a@example.net", NULL, "", "email:b@example.net", OUT },
	{ "email:a@example.net|email:b@example.net", NULL, "", "email:b@example.net", NULL },
	{ NULL, "email:example.net", "", "email:a@example.org", NULL },
	{ NULL, "email:example.net", "", "email:a@b.example.net", NULL },
	{ NULL, "email:example.net", "", "email:a@example.net", OUT },
	{ NULL, "email:.example.net", "", "email:a@example.net", NULL },
	{ NULL, "email:.example.net", "", "email:a@b.example.net", OUT },
	{ NULL, "email:a@example.net", "", "email:A@example.net", NULL },
	{ NULL, "email:a@example.net", "", "email:a@example.net", OUT },
	{ NULL, "email:a@example.net", "", "email:\"\\a\"@example.net", NO_TELL },
	{ "email:", NULL, "", "email:a@example.net", WAY },
	{ NULL, "email:", "", "email:a@example.net", WAY },
	{ NULL, "email:@example.net", "", "email:a@example.org", WAY },
	{ NULL, "email:", "", "dns:example.net", NULL },
	{ NULL, "email:example.net", "", "email:a", NAME },
	{ NULL, "email:example.net", "", "email:a@b@example.org", NAME },
	{ NULL, "email:example.net", "", "email:a@[192.0.2.1]", NAME },
	{ "email:example.net", NULL, "", "email:Me <a@example.net>", NAME },
	/* RFC 9598 6 */
	{ "email:example.net", NULL, "", "utf8mail:a@example.net", NAME },
	{ NULL, "email:example.net", "", "utf8mail:a@example.org", NAME },
	{ NULL, "email:", "", "utf8mail:a@example.org", NAME },
	{ "dns:example.net", NULL, "", "utf8mail:a@example.org", NULL },
	{ "email:example.net", NULL, "", "srv:_a.example.net", NULL },
	/* in the subject: only without alternative names */
	{ "email:example.net", NULL, "O=Acme/E:i=a@example.net", NULL, NULL },
	{ "email:example.net", NULL, "O=Acme/E:i=a@Example.net", NULL, NULL },
	{ "email:example.net", NULL, "O=Acme/E:i=a@example.org", NULL, OUT },
	{ "email:example.net", NULL, "E:i=a@example.org/O=Acme", NULL, OUT },
	{ "email:example.net", NULL, "O=Acme/E:i=a@example.org", "dns:a.example.net", NULL },
	{ "email:example.net", NULL, "E:i=a@example.net/E:i=a@example.org", NULL, OUT },
	{ "email:example.net", NULL, "CN=a+E:i=a@example.net+E:i=a@example.org", NULL, OUT },
	{ "email:example.net", NULL, "O=Acme/E=a@example.org", NULL, OUT },
	{ "email:example.net", NULL, "O=Acme/E:p=a@example.org", NULL, OUT },
	{ "email:example.net", NULL, "O=Acme/E=a@example.net", NULL, NULL },
	{ "email:example.net", NULL, "O=Acme/E:t=a@example.net", NULL, NAME },
	{ NULL, "email:example.net", "O=Acme/E:b#0061", NULL, NAME },
	{ NULL, "email:example.net", "O=Acme/E:i=no mailbox", NULL, NAME },
	{ NULL, "email:example.net", "O=Acme/E:i=a@example.net", NULL, OUT },
	{ NULL, "email:example.net", "O=Acme/E:i=a@example.org", NULL, NULL },
	{ NULL, "email:.", "O=Acme/E:i=a@example.org", NULL, WAY },
	{ "dns:example.net", NULL, "O=Acme/E:t=whatever", NULL, NULL },
	{ "email:example.net", NULL, "O=Acme", NULL, NULL },
};

static const struct row uri_rows[] = {
	{ "uri:www.example.net", NULL, "", "uri:https://www.example.net/a", NULL },
	{ "uri:www.example.net", NULL, "", "uri:sip://me@WWW.example.net:5061", NULL },
	{ "uri:www.example.net", NULL, "", "uri:https://a.www.example.net/", OUT },
	{ "uri:www.example.net", NULL, "", "uri:https://www.example.org/www.example.net",
		OUT },
	{ "uri:www.example.net", NULL, "", "uri:https://www.example.net@example.org/", OUT },
	{ "uri:.example.net", NULL, "", "uri:https://www.example.net/", NULL },
	{ "uri:.example.net", NULL, "", "uri:https://a.www.example.net/", NULL },
	{ "uri:.example.net", NULL, "", "uri:https://example.net/", OUT },
	{ "uri:.example.net", NULL, "", "uri:https://anexample.net/", OUT },
	{ "uri:.example.net", NULL, "", "uri:https://%77ww.example.net/", NULL },
	{ NULL, "uri:www.example.net", "", "uri:https://example.net/", NULL },
	{ NULL, "uri:www.example.net", "", "uri:https://www.example.net/", OUT },
	{ NULL, "uri:www.example.net", "", "uri:https://www%2Eexample.net/", OUT },
	{ NULL, "uri:www.example.net", "", "uri:https://www.example.net./", OUT },
	{ NULL, "uri:.example.net", "", "uri:https://example.net/", NULL },
	{ NULL, "uri:.example.net", "", "uri:https://www.example.net/", OUT },
	{ NULL, "uri:.example.net", "", "uri:https://example.org/.example.net", NULL },
	/* RFC 5280 4.2.1.10: no host that is a domain name */
	{ "uri:example.net", NULL, "", "uri:urn:example:net", NAME },
	{ NULL, "uri:example.net", "", "uri:urn:example:net", NAME },
	{ NULL, "uri:example.net", "", "uri:https://192.0.2.1/", NAME },
	{ NULL, "uri:example.net", "", "uri:https://[2001:db8::1]/", NAME },
	{ NULL, "uri:example.net", "", "uri:https:///path", NAME },
	{ NULL, "uri:example.net", "", "uri:/path", NAME },
	{ NULL, "dns:example.net", "", "uri:urn:example:net", NULL },
	{ NULL, "uri:", "", "uri:https://example.net/", WAY },
	{ NULL, "uri:https://example.net/", "", "uri:https://example.org/", WAY },
	{ NULL, "uri:https://example.net/", "", "dns:example.org", NULL },
};

#define ANY_6 "0000000000000000000000000000000000000000000000000000000000000000"

static const struct row address_rows[] = {
	{ "ip:c0000200ffffff00", NULL, "", "ip:c0000201", NULL },
	{ "ip:c0000200ffffff00", NULL, "", "ip:c0000301", OUT },
	{ "ip:c0000200ffffff00", NULL, "", "ip:20010db8000000000000000000000001", OUT },
	{ "ip:" ANY_6, NULL, "", "ip:20010db8000000000000000000000001", NULL },
	{ "ip:" ANY_6, NULL, "", "ip:c0000201", OUT },
	{ "ip:" ANY_6 "|ip:0000000000000000", NULL, "", "ip:c0000201", NULL },
	{ "ip:c0000200ffffff00", NULL, "", "dns:example.net", NULL },
	{ NULL, "ip:c0000200ffffff00", "", "ip:c0000301", NULL },
	{ NULL, "ip:c0000200ffffff00", "", "ip:c0000201", OUT },
	{ NULL, "ip:" ANY_6, "", "ip:c0000201", NULL },
	{ NULL, "ip:" ANY_6, "", "ip:20010db8000000000000000000000001", OUT },
	{ NULL, "ip:0000000000000000", "", "ip:c0000201", OUT },
	{ NULL, "ip:c0000200ff00ff00", "", "ip:c0000301", WAY },
	{ NULL, "ip:c0000200", "", "ip:c0000301", WAY },
	{ NULL, "ip:", "", "ip:c0000301", WAY },
	{ NULL, "ip:c0000200ff00ff00", "", "dns:example.net", NULL },
	{ NULL, "ip:c0000200ffffff00", "", "ip:c00002", NAME },
	{ NULL, "ip:c0000200ffffff00", "", "ip:", NAME },
	{ NULL, "ip:c0000200ffffff00", "", "ip:c0000301ffffff00", NAME },
	{ NULL, "dns:example.net", "", "ip:c00002", NULL },
};

static const struct row directory_rows[] = {
	{ "dir:O=Acme", NULL, "O=Acme/CN=a", NULL, NULL },
	{ "dir:O=Acme", NULL, "O=Acme", NULL, NULL },
	{ "dir:O=Acme", NULL, "O:p=ACME/CN=a", NULL, NULL },
	{ "dir:O= acme  Inc", NULL, "O:p=Acme Inc/CN=a", NULL, NULL },
	{ "dir:O=Acme", NULL, "O=Other/CN=a", NULL, OUT },
	{ "dir:O=Acme", NULL, "CN=a/O=Acme", NULL, OUT },
	{ "dir:O=Acme", NULL, "CN=a", "dns:example.net", OUT },
	{ "dir:O=Acme/OU=x", NULL, "O=Acme", NULL, OUT },
	{ "dir:O=Acme", NULL, "", "dns:example.net", NULL },
	{ "dir:O=Acme", NULL, "", "dir:O=Acme/CN=b", NULL },
	{ "dir:O=Acme", NULL, "O=Acme/CN=a", "dir:O=Other", OUT },
	{ "dir:O=Acme", NULL, "O=Acme/CN=a", "dir:", OUT },
	{ "dir:", NULL, "O=Acme", "dir:|dir:CN=a", NULL },
	{ "dir:O=Acme|dir:O=Other", NULL, "O=Other/CN=a", NULL, NULL },
	{ "dir:DC:i=net/DC:i=example", NULL, "DC:i=NET/DC:i=Example/CN=a", NULL, NULL },
	{ "dir:OU=b+O=Acme", NULL, "O=ACME+OU=B/CN=a", NULL, NULL },
	{ "dir:O=Acme", NULL, "O=Acme+OU=b/CN=a", NULL, OUT },
	{ "dir:O=M\xc3\xbcller", NULL, "O:t#4ddc6c6c6572/CN=a", NULL, NULL },
	{ NULL, "dir:O=Acme", "O=Other/CN=a", NULL, NULL },
	{ NULL, "dir:O=Acme", "CN=a/O=Acme", NULL, NULL },
	{ NULL, "dir:O=Acme", "", "dns:example.net", NULL },
	{ NULL, "dir:O=Acme", "O=Acme/CN=a", NULL, OUT },
	{ NULL, "dir:O=Acme", "O:p= aCme /CN=a", NULL, OUT },
	{ NULL, "dir:O=M\xc3\xbcller", "O:b#004d00dc004c004c00450052", NULL, OUT },
	{ NULL, "dir:O=Acme", "CN=a", "dir:O=acme", OUT },
	{ NULL, "dir:", "CN=a", NULL, OUT },
	{ NULL, "dir:", "", "dns:example.net", NULL },
	{ "dir:O=Acme", "dir:O=Acme/OU=x", "O=Acme/OU=X/CN=a", NULL, OUT },
	{ "dir:O=Acme", "dir:O=Acme/OU=x", "O=Acme/OU=y/CN=a", NULL, NULL },
	/* what is no text */
	{ NULL, "dir:O=Acme", "O#efbfbd/CN=a", NULL, NO_TELL },
	{ NULL, "dir:O#efbfbd", "O=Acme/CN=a", NULL, NO_TELL },
	{ NULL, "dir:O#efbfbd", "O#efbfbd/CN=a", NULL, OUT },
	{ NULL, "dir:O=Acme", "CN#efbfbd", NULL, NULL },
	{ NULL, "dir:O=Acme", "O=Acme/CN#efbfbd", NULL, OUT },
	{ NULL, "dir:O=Acme/OU=x", "O=Other/OU#efbfbd", NULL, NULL },
	{ NULL, "dir:O=Acme|dir:O=Other", "O#efbfbd", NULL, NO_TELL },
	{ "dir:O=Acme", NULL, "O#efbfbd/CN=a", NULL, NO_TELL },
	{ "dir:O=Acme", NULL, "O=Acme/CN#efbfbd", NULL, NULL },
	{ "dir:O#efbfbd", NULL, "O#efbfbd/CN=a", NULL, NULL },
	{ "dir:O#efbfbd|dir:O=Acme", NULL, "O=Acme/CN=a", NULL, NULL },
};

static const struct row other_rows[] = {
	/* forms that are not processed: only where such a name appears */
	{ "srv:_a.example.net", NULL, "", "srv:_a.example.net", WAY },
	{ NULL, "srv:_a.example.net", "", "utf8mail:a@example.net", WAY },
	{ NULL, "x400:3000", "", "x400:3000", WAY },
	{ NULL, "edi:a1030c0141", "", "edi:a1030c0141", WAY },
	{ "rid:2a03", NULL, "", "rid:2a03", WAY },
	{ "rid:2a03", NULL, "O=Acme", "dns:example.net|srv:_a|x400:3000|edi:a1030c0141",
		NULL },
	{ "srv:_a.example.net", "x400:3000|edi:a1030c0141", "O=Acme", "rid:2a03|uri:urn:a",
		NULL },
	{ "dns:example.net", NULL, "O=Acme", "srv:_a|rid:2a03|x400:3000|edi:a1030c0141",
		NULL },
	/* a subtree of another form is none of this one */
	{ NULL, "dns:example.org|uri:example.net", "", "dns:example.net", NULL },
	{ NULL, "uri:example.net|dns:example.org", "", "dns:example.net", NULL },
	{ "dns:example.org|uri:example.net", NULL, "", "dns:example.net", OUT },
	{ "uri:example.net|dns:example.org", NULL, "", "dns:example.net", OUT },
	/* a form without subtrees is free */
	{ "dns:example.net", NULL, "O=Acme", "email:no|uri:no|ip:00|dir:O=Acme", NULL },
	{ "email:example.net", "ip:c0000200ffffff00", "O=Acme", "dns:example.net", NULL },
	{ NULL, "dns:.|email:|uri:", "", "dns:example.net", WAY },
	{ "email:|dns:.", "ip:00", "", "email:a@example.net", WAY },
	/* minimum and maximum */
	{ "dns:example.net min 0", NULL, "", "dns:example.net", NULL },
	{ "dns:example.net min 0", NULL, "", "dns:example.org", OUT },
	{ "dns:example.net min 1", NULL, "", "dns:a.example.net", WAY },
	{ "dns:example.net max 0", NULL, "", "dns:example.net", WAY },
	{ NULL, "dns:example.net min 0 max 9", "", "dns:example.org", WAY },
	{ NULL, "dns:example.net|dns:a.example min 1", "", "dns:example.org", WAY },
	{ "email:example.net min 1", "dns:example.net", "", "dns:example.org", NULL },
	{ "dir:O=Acme max 1", NULL, "O=Acme", NULL, WAY },
	{ "dir:O=Acme max 1", NULL, "", "dns:example.net", NULL },
};

static struct dance_octets octets(const struct der *der)
{
	return (struct dance_octets){ der->octets, der->size };
}

static const char *fault_of(const struct row *row)
{
	struct work work;
	struct der constraints = { 0 }, subject = { 0 }, names = { 0 };
	work_begin(&work);
	name_put_constraints(&constraints, row->permitted, row->excluded);
	name_put_dn(&subject, row->subject);
	if (row->names != NULL) {
		name_put_general(&names, row->names);
	}
	const char *why = constraint_fault(octets(&constraints), octets(&subject),
		octets(&names), &work);
	assert_false(work.spent);
	der_clear(&constraints);
	der_clear(&subject);
	der_clear(&names);
	return why;
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *why = fault_of(&rows[i]);
		if ((why == NULL) != (rows[i].why == NULL) ||
			(why != NULL && strstr(why, rows[i].why) == NULL)) {
			fail_msg("permitted %s, excluded %s, subject %s, names %s: %s",
				rows[i].permitted, rows[i].excluded, rows[i].subject,
				rows[i].names, why);
		}
	}
}

static void dns_names_are_constrained(void **state)
{
	(void)state;
	check_rows(dns_rows, ROWS(dns_rows));
}

static void mailboxes_are_constrained(void **state)
{
	(void)state;
	check_rows(email_rows, ROWS(email_rows));
}

static void uris_are_constrained(void **state)
{
	(void)state;
	check_rows(uri_rows, ROWS(uri_rows));
}

static void addresses_are_constrained(void **state)
{
	(void)state;
	check_rows(address_rows, ROWS(address_rows));
}

static void directory_names_are_constrained(void **state)
{
	(void)state;
	check_rows(directory_rows, ROWS(directory_rows));
}

static void what_is_not_known_is_not_overlooked(void **state)
{
	(void)state;
	check_rows(other_rows, ROWS(other_rows));
}

#define OCTETS(literal) literal, sizeof(literal) - 1

static void garbled_constraints_permit_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
		bool good;
	} rows[] = {
		{ "no lists", OCTETS("\x30\0"), true },
		{ "permitted", OCTETS("\x30\7\xa0\5\x30\3\x82\1b"), true },
		{ "excluded", OCTETS("\x30\7\xa1\5\x30\3\x82\1b"), true },
		{ "minimum 0", OCTETS("\x30\x0a\xa1\x08\x30\6\x82\1b\x80\1\0"), true },
		{ "nothing", OCTETS(""), false },
		{ "a set", OCTETS("\x31\0"), false },
		{ "cut", OCTETS("\x30\1"), false },
		{ "indefinite", OCTETS("\x30\x80\0\0"), false },
		{ "behind it", OCTETS("\x30\0\5\0"), false },
		{ "an empty permitted list", OCTETS("\x30\2\xa0\0"), false },
		{ "an empty excluded list", OCTETS("\x30\2\xa1\0"), false },
		{ "an empty list behind a good one",
			OCTETS("\x30\x09\xa0\5\x30\3\x82\1b\xa1\0"), false },
		{ "the wrong order",
			OCTETS("\x30\x0e\xa1\5\x30\3\x82\1b\xa0\5\x30\3\x82\1b"), false },
		{ "twice", OCTETS("\x30\x0e\xa0\5\x30\3\x82\1b\xa0\5\x30\3\x82\1b"), false },
		{ "an unknown list", OCTETS("\x30\2\xa2\0"), false },
		{ "behind the lists", OCTETS("\x30\x09\xa0\5\x30\3\x82\1b\5\0"), false },
		{ "an empty subtree", OCTETS("\x30\4\xa0\2\x30\0"), false },
		{ "no subtree", OCTETS("\x30\5\xa0\3\x82\1b"), false },
		{ "a garbled one behind a good one",
			OCTETS("\x30\x0c\xa0\x0a\x30\3\x82\1b\x30\3\x82\2b"), false },
		{ "an octet behind a good one", OCTETS("\x30\x08\xa0\6\x30\3\x82\1b\x30"),
			false },
		{ "an unknown form", OCTETS("\x30\7\xa0\5\x30\3\x89\1b"), false },
		{ "a garbled directoryName",
			OCTETS("\x30\x0a\xa0\x08\x30\6\xa4\4\x30\2\5\0"), false },
		{ "a garbled otherName", OCTETS("\x30\x08\xa1\6\x30\4\xa0\2\5\0"), false },
		{ "an empty minimum", OCTETS("\x30\x09\xa1\7\x30\5\x82\1b\x80\0"), false },
		{ "a negative minimum", OCTETS("\x30\x0a\xa1\x08\x30\6\x82\1b\x80\1\xff"),
			false },
		{ "an empty maximum", OCTETS("\x30\x09\xa1\7\x30\5\x82\1b\x81\0"), false },
		{ "maximum before minimum",
			OCTETS("\x30\x0d\xa1\x0b\x30\x09\x82\1b\x81\1\1\x80\1\0"), false },
		{ "behind the subtree", OCTETS("\x30\x09\xa1\7\x30\5\x82\1b\5\0"), false },
		{ "behind the maximum",
			OCTETS("\x30\x0c\xa1\x0a\x30\x08\x82\1b\x81\1\1\5\0"), false },
	};
	struct der subject = { 0 };
	name_put_dn(&subject, "O=Acme");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct work work;
		work_begin(&work);
		struct dance_octets value = { (const unsigned char *)rows[i].octets,
			rows[i].size };
		const char *why = constraint_fault(value, octets(&subject),
			(struct dance_octets){ NULL, 0 }, &work);
		check_true(rows[i].row, (why == NULL) == rows[i].good);
		check_true(rows[i].row,
			why == NULL ||
				strcmp(why, "an issuer's name constraints cannot be read") ==
					0);
	}
	der_clear(&subject);
}

static void garbled_names_are_not_permitted(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
		bool good;
	} rows[] = {
		{ "a name", OCTETS("\x30\3\x82\1b"), true },
		{ "none", OCTETS("\x30\0"), false },
		{ "nothing", OCTETS(""), false },
		{ "a set", OCTETS("\x31\3\x82\1b"), false },
		{ "cut", OCTETS("\x30\3\x82\2b"), false },
		{ "behind them", OCTETS("\x30\3\x82\1b\5\0"), false },
		{ "garbled behind a good one", OCTETS("\x30\5\x82\1b\x82\1"), false },
		{ "an octet behind a good one", OCTETS("\x30\4\x82\1b\x82"), false },
		{ "an unknown form", OCTETS("\x30\3\x89\1b"), false },
		{ "a garbled directoryName", OCTETS("\x30\4\xa4\2\5\0"), false },
	};
	static const unsigned char empty[] = { 0x30, 0 }, garbled[] = { 0x30, 2, 5, 0 };
	struct der constraints = { 0 };
	name_put_constraints(&constraints, "ip:0000000000000000", NULL);
	struct work work;
	for (size_t i = 0; i < ROWS(rows); i++) {
		work_begin(&work);
		struct dance_octets value = { (const unsigned char *)rows[i].octets,
			rows[i].size };
		const char *why = constraint_fault(octets(&constraints),
			(struct dance_octets){ empty, sizeof(empty) }, value, &work);
		check_true(rows[i].row, (why == NULL) == rows[i].good);
		check_true(rows[i].row,
			why == NULL ||
				strcmp(why, "alternative names cannot be read") == 0);
	}
	const char *why = constraint_fault(octets(&constraints),
		(struct dance_octets){ garbled, sizeof(garbled) },
		(struct dance_octets){ NULL, 0 }, &work);
	assert_non_null(why);
	assert_string_equal(why, "a subject cannot be read");
	der_clear(&constraints);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dns_names_are_constrained),
		cmocka_unit_test(mailboxes_are_constrained),
		cmocka_unit_test(uris_are_constrained),
		cmocka_unit_test(addresses_are_constrained),
		cmocka_unit_test(directory_names_are_constrained),
		cmocka_unit_test(what_is_not_known_is_not_overlooked),
		cmocka_unit_test(garbled_constraints_permit_nothing),
		cmocka_unit_test(garbled_names_are_not_permitted),
	};
	return cmocka_run_group_tests_name("constraint", tests, NULL, NULL);
}
