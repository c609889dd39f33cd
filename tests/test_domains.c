/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many names are in a domain, and which of them are in its list. */

#include "check.h"
#include "domains.h"
#include "fail.h"
#include "name_hash.h"
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

/* A child's share, half of it one label below, and so on, but no less than the least; and below
 * the third label none. */
static void each_label_halves_the_share(void **state)
{
	(void)state;
	static const struct {
		struct domain_shares shares;
		const char *name;
		bool has_room;
	} rows[] = {
		{ { 0, 8, 1 }, "x.d.c.b.example", true },
		{ { 0, 8, 1 }, "y.d.c.b.example", true },  /* d has no share */
		{ { 0, 8, 1 }, "z.d.c.b.example", false }, /* d.c.b: two, the third label */
		{ { 0, 8, 1 }, "z.c.b.example", true },
		{ { 0, 8, 1 }, "y.c.b.example", true },
		{ { 0, 8, 1 }, "c.b.example", false }, /* c.b: four */
		{ { 0, 8, 1 }, "x.b.example", true },
		{ { 0, 8, 1 }, "b.example", true }, /* which is the child itself */
		{ { 0, 0, 1 }, "z.d.c.b.example", true },
		{ { 0, 4, 3 }, "x.f.e.example", true },
		{ { 0, 4, 3 }, "y.f.e.example", true }, { { 0, 4, 3 }, "e.example", true },
		{ { 0, 5, 3 }, "z.f.e.example", true },
		{ { 0, 5, 3 }, "a.f.e.example",
			false }, /* f.e: three, more than half of five */
	};
	struct domains domains = { 0 };
	struct owner *owners[ROWS(rows)];
	for (size_t i = 0; i < ROWS(rows); i++) {
		owners[i] = make(rows[i].name, "example");
		check_true(rows[i].name,
			domains_have_room(&domains, owners[i], &rows[i].shares) ==
				rows[i].has_room);
		if (rows[i].has_room) {
			assert_true(domains_count(&domains, owners[i]));
		}
	}
	for (size_t i = 0; i < ROWS(rows); i++) {
		if (rows[i].has_room) {
			domains_uncount(&domains, owners[i]);
		}
		owner_free(owners[i]);
	}
	assert_int_equal(domains.count, 0);
	domains_clear(&domains);
}

static void names_are_counted_below_their_suffix(void **state)
{
	(void)state;
	struct domains domains = { 0 };
	struct owner *a = make("a.b.example", "b.example"),
		     *b = make("c.b.example", "example");
	const struct name below = named("b.example");
	assert_true(domains_count(&domains, a));
	assert_true(domains_count(&domains, b));
	const struct domain *domain = domains_find(&domains, below.wire);
	assert_int_equal(domain->names, 2);
	assert_int_equal(domain->suffix_names, 1);
	domains_uncount(&domains, b);
	assert_int_equal(domain->names, 1);
	assert_int_equal(domain->suffix_names, 1);
	assert_true(domains_count(&domains, b));
	domains_uncount(&domains, a);
	assert_int_equal(domain->names, 1);
	assert_int_equal(domain->suffix_names, 0);
	domains_uncount(&domains, b);
	owner_free(a);
	owner_free(b);
	domains_clear(&domains);
}

/* Is another name found where this one is, if both have one hash? */
static bool is_taken_for(const char *text, const char *other_text)
{
	struct domains domains = { 0 };
	struct owner *owner = make(text, text);
	const struct name there = named(text), other = named(other_text);
	assert_true(domains_count(&domains, owner));
	struct domain *domain = domains_find(&domains, there.wire);
	uint64_t hash = name_hash(domains.seed, other.wire, other.size);
	struct domain **right = &domains.buckets[domain->hash % domains.bucket_count];
	struct domain **wrong = &domains.buckets[hash % domains.bucket_count];
	const struct domain was = *domain;
	struct domain *const first = *right, *const second = *wrong;
	domain->hash = hash;
	domain->next = NULL;
	*wrong = domain;
	bool is = domains_find(&domains, other.wire) != NULL;
	*domain = was;
	*right = first;
	*wrong = wrong == right ? first : second;
	assert_ptr_equal(domains_find(&domains, there.wire), domain);
	domains_uncount(&domains, owner);
	owner_free(owner);
	domains_clear(&domains);
	return is;
}

/* Of two names with the same hash each is itself, as long as the other or not. */
static void a_name_is_more_than_its_hash(void **state)
{
	(void)state;
	assert_true(is_taken_for("a", "a"));
	assert_false(is_taken_for("a", "b"));
	assert_false(is_taken_for("a", "ab"));
	assert_false(is_taken_for("ab", "a"));
}

/* Whatever there is no memory for, nothing is counted, and what was stays. */
static void without_memory_nothing_is_counted(void **state)
{
	(void)state;
	for (int others = 0; others <= 1; others++) {
		bool counted = false;
		for (unsigned n = 1; !counted; n++) {
			struct domains domains = { 0 };
			struct owner *owner = make("a.b.c.example", "example");
			struct owner *other = make("x.c.example", "example");
			long blocks = fail_blocks();
			if (others == 1) {
				assert_true(domains_count(&domains, other));
			}
			unsigned before = domains.count;
			fail_at(n, FAIL_HERE, false);
			counted = domains_count(&domains, owner);
			unsigned calls = fail_calls();
			fail_at(0, FAIL_HERE, false);
			assert_int_equal(counted, calls < n);
			assert_int_equal(names_in(&domains, "example"),
				(unsigned)others + counted);
			assert_int_equal(names_in(&domains, "a.b.c.example"), counted);
			assert_int_equal(domains.count,
				before +
					(!counted                   ? 0 :
							others == 1 ? 2 :
								      5));
			domains_clear(&domains);
			assert_int_equal(fail_blocks(), blocks);
			owner_free(owner);
			owner_free(other);
		}
	}
	/* And nothing is entered. */
	bool entered = false;
	for (unsigned n = 1; !entered; n++) {
		struct domains domains = { 0 };
		struct domain_entry entry = { 0 };
		struct owner *owner = make("a.example", "example");
		long blocks = fail_blocks();
		fail_at(n, FAIL_HERE, false);
		entered = domains_enter(&domains, &entry, owner->wire, owner);
		unsigned calls = fail_calls();
		fail_at(0, FAIL_HERE, false);
		assert_int_equal(entered, calls < n);
		assert_ptr_equal(entry.owner, entered ? owner : NULL);
		assert_int_equal(entry.domain != NULL, entered);
		domains_leave(&domains, &entry);
		assert_null(entry.domain);
		assert_int_equal(domains.count, 0);
		domains_clear(&domains);
		assert_int_equal(fail_blocks(), blocks);
		owner_free(owner);
	}
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
	assert_int_equal(domains.bucket_count, 4096);
	for (unsigned i = 0; i < ROWS(owners); i++) {
		domains_uncount(&domains, owners[i]);
		owner_free(owners[i]);
	}
	assert_int_equal(domains.count, 0);
	domains_clear(&domains);
}

/* When there are as many domains as buckets; without memory they stand closer. */
static void it_grows_when_it_is_full(void **state)
{
	(void)state;
	struct domains domains = { 0 };
	struct owner *owners[64];
	long blocks = fail_blocks();
	for (unsigned i = 0; i < ROWS(owners); i++) {
		char text[40];
		snprintf(text, sizeof(text), "n%u", i);
		owners[i] = make(text, text);
	}
	for (unsigned i = 0; i < 63; i++) { /* and the root */
		assert_true(domains_count(&domains, owners[i]));
		assert_int_equal(domains.bucket_count, 64);
	}
	assert_int_equal(domains.count, 64);
	fail_at(2, FAIL_HERE, false); /* behind that of the domain */
	assert_true(domains_count(&domains, owners[63]));
	fail_at(0, FAIL_HERE, false);
	assert_int_equal(domains.bucket_count, 64);
	assert_int_equal(domains.count, 65);
	domains_uncount(&domains, owners[63]);
	assert_true(domains_count(&domains, owners[63]));
	assert_int_equal(domains.bucket_count, 128);
	for (unsigned i = 0; i < ROWS(owners); i++) {
		assert_int_equal(names_in(&domains, owner_text(owners[i])), 1);
	}
	domains_clear(&domains);
	for (unsigned i = 0; i < ROWS(owners); i++) {
		owner_free(owners[i]);
	}
	assert_int_equal(fail_blocks(), blocks);
}

/* However many domains there are said to be. */
static void it_grows_to_its_limit(void **state)
{
	(void)state;
	enum {
		LIMIT = 1 << 24
	};
	struct domains domains = { 0 };
	struct owner *owner = make("a", "a"), *other = make("b", "b");
	domains.buckets = calloc(LIMIT / 2, sizeof(domains.buckets[0]));
	assert_non_null(domains.buckets);
	domains.bucket_count = domains.count = LIMIT / 2;
	assert_true(domains_count(&domains, owner));
	assert_int_equal(domains.bucket_count, LIMIT);
	domains.count = LIMIT;
	assert_true(domains_count(&domains, other));
	assert_int_equal(domains.bucket_count, LIMIT);
	domains_uncount(&domains, owner);
	domains_uncount(&domains, other);
	domains_clear(&domains);
	owner_free(owner);
	owner_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_counts_in_all_its_domains),
		cmocka_unit_test(domains_and_suffixes_have_their_shares),
		cmocka_unit_test(each_label_halves_the_share),
		cmocka_unit_test(names_are_counted_below_their_suffix),
		cmocka_unit_test(a_name_is_more_than_its_hash),
		cmocka_unit_test(without_memory_nothing_is_counted),
		cmocka_unit_test(a_list_keeps_its_order),
		cmocka_unit_test(the_table_grows),
		cmocka_unit_test(it_grows_when_it_is_full),
		cmocka_unit_test(it_grows_to_its_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
