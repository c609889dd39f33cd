/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Mailboxes: which are some, where the local part ends, and which are the same. */

#include "check.h"
#include "copy.h"
#include "mailbox.h"

#include <string.h>

static struct dance_octets octets(const char *text)
{
	return (struct dance_octets){ (const unsigned char *)text, strlen(text) };
}

static bool is_text(struct dance_octets found, const char *text)
{
	return found.size == strlen(text) && memcmp(found.data, text, found.size) == 0;
}

static void mailboxes_are_taken_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text, *local, *host;
	} rows[] = {
		{ "a@example.net", "a", "example.net" },
		{ "a.b+c=d@h", "a.b+c=d", "h" },
		{ "!#$%&'*+-/=?^_`{|}~09azAZ@h", "!#$%&'*+-/=?^_`{|}~09azAZ", "h" },
		{ "\"a\"@h", "\"a\"", "h" },
		{ "\"a@b\"@h", "\"a@b\"", "h" },
		{ "\"a b\"@h", "\"a b\"", "h" },
		{ "\"a\\\"@b\"@h", "\"a\\\"@b\"", "h" },
		{ "\"\\\\\"@h", "\"\\\\\"", "h" },
		{ "\"\"@h", "\"\"", "h" },
		{ "", NULL, NULL },
		{ "a", NULL, NULL },
		{ "@h", NULL, NULL },
		{ "a@", NULL, NULL },
		{ "a@b@h", NULL, NULL },
		{ "a@@h", NULL, NULL },
		{ ".a@h", NULL, NULL },
		{ "a.@h", NULL, NULL },
		{ "a..b@h", NULL, NULL },
		{ "a b@h", NULL, NULL },
		{ "a,b@h", NULL, NULL },
		{ "a\\b@h", NULL, NULL },
		{ "a:b@h", NULL, NULL },
		{ "<a@h>", NULL, NULL },
		{ "a(c)@h", NULL, NULL },
		{ "a@h ", NULL, NULL },
		{ "a@.h", NULL, NULL },
		{ "a@h.", NULL, NULL },
		{ "a@*.h", NULL, NULL },
		{ "a@[192.0.2.1]", NULL, NULL },
		{ "\"a@h", NULL, NULL },
		{ "\"@h", NULL, NULL },
		{ ".@h", NULL, NULL },
		{ "a b", NULL, NULL },
		{ "a]b@h", NULL, NULL },
		{ "\"a\x1f\"@h", NULL, NULL },
		{ "\"a\"b@h", NULL, NULL },
		{ "a\"b\"@h", NULL, NULL },
		{ "\"a\\", NULL, NULL },
		{ "\"a\\\"@h", NULL, NULL },
		{ "\"", NULL, NULL },
		{ "\"a\nb\"@h", NULL, NULL },
		{ "\"a\x7f\"@h", NULL, NULL },
		{ "\"a\\\n\"@h", NULL, NULL },
		{ "\xc3\xbc@h", NULL, NULL },
		{ "\"\xc3\xbc\"@h", NULL, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mailbox mailbox;
		struct dance_octets text = octets(rows[i].text);
		struct dance_octets copy = copy_of(text.data, text.size);
		bool is_mailbox = mailbox_read(copy, &mailbox);
		check_true(rows[i].text, is_mailbox == (rows[i].local != NULL));
		if (is_mailbox) {
			check_true(rows[i].text, is_text(mailbox.local, rows[i].local));
			check_true(rows[i].text, is_text(mailbox.host, rows[i].host));
		}
		free_copy(copy);
	}
	struct mailbox mailbox;
	assert_false(mailbox_read((struct dance_octets){ (const unsigned char *)"a\0@h", 4 },
		&mailbox));
	assert_false(mailbox_read((struct dance_octets){ NULL, 0 }, &mailbox));
}

static void the_same_mailbox_can_be_written_in_many_ways(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "a@h", "a@h", true },
		{ "a@h", "a@H", true },
		{ "a@h", "A@h", false },
		{ "a@h", "a@g", false },
		{ "a@h", "ab@h", false },
		{ "a@h", "\"a\"@h", true },
		{ "\"\\a\"@h", "a@h", true },
		{ "\"a\\b\"@h", "\"\\a\\b\"@h", true },
		{ "\"\\\\\"@h", "\"\\\"\"@h", false },
		{ "\"a b\"@h", "\"ab\"@h", false },
		{ "\"\"@h", "a@h", false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mailbox a, b;
		check_true(rows[i].a, mailbox_read(octets(rows[i].a), &a));
		check_true(rows[i].b, mailbox_read(octets(rows[i].b), &b));
		check_true(rows[i].b, mailbox_is_same(&a, &b) == rows[i].same);
		check_true(rows[i].b, mailbox_is_same(&b, &a) == rows[i].same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mailboxes_are_taken_apart),
		cmocka_unit_test(the_same_mailbox_can_be_written_in_many_ways),
	};
	return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
