/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many names are in a domain, and which of them are in its list. */

#include "check.h"
#include "domains.h"
#include "named.h"

#include <stdio.h>

static struct owner *make(const char *text, const char *suffix)
{
	struct name name = named(text), below = named(suffix);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	owner->suffix_size = below.size;
	return owner;
}

static unsigned names_in(const struct domains *domains, const char *text)
{
	struct name name = named(text);
	const struct domain *domain = domains_find(domains, name.wire);
	return domain != NULL ? domain->names : 0;
}

static void a_name_counts_in_all_its_domains(void **state)
{
	(void)state;
	struct domains domains = { 0 };
	struct owner *a = make("a.b.example", "example"), *b = make("b.example", "example");
	struct owner *c = make("x.a.b.example", "b.example");
	assert_int_equal(names_in(&domains, "example"), 0);
	assert_true(domains_count(&domains, a));
	assert_true(domains_count(&domains, b));
	assert_true(domains_count(&domains, c));
	static const struct {
		const char *domain;
		unsigned names;
	} rows[] = {
		{ "example", 3 },
		{ "b.example", 3 },
		{ "a.b.example", 2 },
		{ "x.a.b.example", 1 },
		{ "a.example", 0 },
		{ "bb.example", 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(names_in(&domains, rows[i].domain), rows[i].names);
	}
	domains_uncount(&domains, a);
	assert_int_equal(names_in(&domains, "a.b.example"), 1);
	domains_uncount(&domains, b);
	domains_uncount(&domains, c);
	assert_int_equal(domains.count, 0);
	owner_free(a);
	owner_free(b);
	owner_free(c);
	domains_clear(&domains);
}

static void domains_and_suffixes_have_their_shares(void **state)
{
	(void)state;
	static const struct domain_shares shares = { .suffix = 6, .domain = 4, .least = 1 };
	static const struct domain_shares none = { 0 };
	struct domains domains = { 0 };
	struct owner *owners[6];
	unsigned count = 0;
	static const struct {
		const char *name, *suffix;
		bool has_room;
	} rows[] = {
		{ "a.x.y.example", "example", true }, { "b.x.y.example", "example", true },
		{ "c.x.y.example", "example", false }, /* half of four below x.y */
		{ "c.y.example", "example", true }, { "d.y.example", "example", true },
		{ "e.y.example", "example", false }, { "y.example", "example", false },
		{ "e.example", "example", true }, { "f.example", "example", true },
		{ "g.example", "example", false }, /* six below the suffix */
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct owner *owner = make(rows[i].name, rows[i].suffix);
		check_row(rows[i].name, domains_have_room(&domains, owner, &shares),
			rows[i].has_room);
		assert_true(domains_have_room(&domains, owner, &none));
		if (rows[i].has_room) {
			assert_true(domains_count(&domains, owner));
			owners[count++] = owner;
		} else {
			owner_free(owner);
		}
	}
	/* Another suffix has a share of its own. */
	struct owner *other = make("a.b.net", "b.net");
	assert_true(domains_have_room(&domains, other, &shares));
	owner_free(other);
	while (count > 0) {
		domains_uncount(&domains, owners[--count]);
		owner_free(owners[count]);
	}
	assert_int_equal(domains.count, 0);
	domains_clear(&domains);
}

static void a_list_keeps_its_order(void **state)
{
	(void)state;
	struct domains domains = { 0 };
	struct name child = named("b.example");
	struct owner *owner = make("a.b.example", "example");
	struct domain_entry entries[3] = { 0 };
	for (size_t i = 0; i < ROWS(entries); i++) {
		domains_leave(&domains, &entries[i]); /* it is in none */
		assert_true(domains_enter(&domains, &entries[i], child.wire, owner));
	}
	const struct domain *domain = domains_find(&domains, child.wire);
	assert_int_equal(domain->entry_count, 3);
	assert_ptr_equal(TAILQ_FIRST(&domain->entries), &entries[0]);
	domains_leave(&domains, &entries[0]);
	assert_ptr_equal(TAILQ_FIRST(&domain->entries), &entries[1]);
	domains_leave(&domains, &entries[2]);
	domains_leave(&domains, &entries[1]);
	assert_null(domains_find(&domains, child.wire));
	for (size_t i = 0; i < ROWS(entries); i++) {
		domains_leave(&domains, &entries[i]); /* it is in none any more */
	}
	/* What is cleared is empty, and may be cleared and used again. */
	assert_true(domains_count(&domains, owner));
	domains_clear(&domains);
	assert_int_equal(domains.count, 0);
	domains_clear(&domains);
	assert_null(domains_find(&domains, child.wire));
	assert_true(domains_count(&domains, owner));
	domains_uncount(&domains, owner);
	owner_free(owner);
	domains_clear(&domains);
}

/* With very many domains each is found as fast as with few. */
static void the_table_grows(void **state)
{
	(void)state;
	struct domains domains = { 0 };
	static struct owner *owners[3000];
	for (unsigned i = 0; i < ROWS(owners); i++) {
		char text[40];
		snprintf(text, sizeof(text), "n%u.example", i);
		owners[i] = make(text, "example");
		assert_true(domains_count(&domains, owners[i]));
	}
	assert_int_equal(names_in(&domains, "example"), ROWS(owners));
	assert_true(domains.bucket_count >= ROWS(owners) / 2);
	for (unsigned i = 0; i < ROWS(owners); i++) {
		domains_uncount(&domains, owners[i]);
		owner_free(owners[i]);
	}
	assert_int_equal(domains.count, 0);
	domains_clear(&domains);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_counts_in_all_its_domains),
		cmocka_unit_test(domains_and_suffixes_have_their_shares),
		cmocka_unit_test(a_list_keeps_its_order),
		cmocka_unit_test(the_table_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
