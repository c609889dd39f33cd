/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Remotes one by one and in groups, and what they ask of a client. */

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake_knotd.h"
#include "remote.h"

/* clang-format off */
#define C_ACL		"\x03""acl"
#define C_REMOTE	"\x06""remote"
/* clang-format on */

static char found[64];

static void note(void *arg, const knotd_conf_t *remote)
{
	assert_ptr_equal(arg, found);
	assert_int_equal(remote->count, 1);
	snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s ",
		(const char *)remote->single.data);
}

static knotd_mod_t *mod;

static int begin(void **state)
{
	(void)state;
	fake_knotd_reset();
	mod = fake_mod_new((const knot_dname_t *)"\7example\3com", "one");
	fake_conf_address("remote", "a", "address", "192.0.2.1");
	fake_conf_address("remote", "b", "address", "192.0.2.2");
	fake_conf_address("remote", "b", "address", "192.0.2.3");
	fake_conf_address("remote", "c", "address", "192.0.2.4");
	fake_conf_text("remotes", "two", "remote", "b");
	fake_conf_text("remotes", "two", "remote", "c");
	found[0] = '\0';
	return 0;
}

/* The remotes of a rule that names some. */
static bool find(void)
{
	bool failed = false;
	const knotd_conf_t rule = { .count = 1,
		.single = { .data = (const uint8_t *)"rule", .data_len = 5 } };
	found[0] = '\0';
	knotd_conf_t list = knotd_conf(mod, C_ACL, C_REMOTE, &rule);
	remote_each(mod, &list, note, found, &failed);
	knotd_conf_free(&list);
	return failed;
}

static void each_is_found_in_its_order(void **state)
{
	(void)state;
	assert_false(find());
	assert_string_equal(found, "");
	fake_conf_text("acl", "rule", "remote", "a");
	assert_false(find());
	assert_string_equal(found, "a ");
	fake_conf_text("acl", "rule", "remote", "two");
	fake_conf_text("acl", "rule", "remote", "none");
	fake_conf_text("acl", "rule", "remote", "c");
	assert_false(find());
	assert_string_equal(found, "a b c c ");
	assert_int_equal(fake_conf_lists(), 0);
}

static void it_is_told_when_there_is_no_memory(void **state)
{
	(void)state;
	fake_conf_text("acl", "rule", "remote", "two");
	for (unsigned n = 2;; n++) { /* the first is the list itself */
		fake_conf_fail_at(n);
		bool failed = find();
		bool due = fake_conf_calls() >= n;
		fake_conf_fail_at(0);
		assert_int_equal(failed, due);
		assert_int_equal(fake_conf_lists(), 0);
		if (!due) {
			assert_int_equal(n, 4);
			return;
		}
	}
}

static struct remote_terms terms(void)
{
	bool failed = false;
	const knotd_conf_t id = { .count = 1,
		.single = { .data = (const uint8_t *)"a", .data_len = 2 } };
	struct remote_terms read = remote_terms(mod, &id, &failed);
	assert_false(failed);
	return read;
}

static void each_item_is_a_term(void **state)
{
	static const struct {
		const char *item;
		struct remote_terms terms;
	} rows[] = {
		{ "port", { .key = false } },
		{ "key", { .key = true } },
		{ "cert-key", { .certificate = true } },
#if KNOT_VERSION_MAJOR > 3 || KNOT_VERSION_MINOR >= 5
		{ "cert-hostname", { .certificate = true } },
#endif
		{ "tls", { .secure = true } },
		{ "quic", { .secure = true } },
		{ "automatic-acl", { .automatic_acl = true } },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		begin(state);
		if (rows[i].terms.secure || rows[i].terms.automatic_acl) {
			fake_conf_bool("remote", "a", rows[i].item, true);
		} else {
			fake_conf_text("remote", "a", rows[i].item, "x");
		}
		struct remote_terms read = terms();
		check_true(rows[i].item, read.key == rows[i].terms.key);
		check_true(rows[i].item, read.certificate == rows[i].terms.certificate);
		check_true(rows[i].item, read.secure == rows[i].terms.secure);
		check_true(rows[i].item, read.automatic_acl == rows[i].terms.automatic_acl);
		assert_int_equal(fake_conf_lists(), 0);
	}
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(each_is_found_in_its_order),
		ONE(it_is_told_when_there_is_no_memory),
		ONE(each_item_is_a_term),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
