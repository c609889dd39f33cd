/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What comparing names with name constraints may cost: it ends by what it is paid for, never
 * by the time that it takes, and honest certificates are far from that. */

#include "check.h"
#include "constraint.h"
#include "name_writer.h"

#include <stdlib.h>
#include <string.h>

static struct dance_octets octets(const struct der *der)
{
	return (struct dance_octets){ der->octets, der->size };
}

/* Texts as name_writer.h has them; NULL: none. */
static const char *fault_of(const char *permitted, const char *excluded,
	const char *subject, const char *names, struct work *work)
{
	struct der constraints = { 0 }, name = { 0 }, alternative = { 0 };
	name_put_constraints(&constraints, permitted, excluded);
	name_put_dn(&name, subject);
	if (names != NULL) {
		name_put_general(&alternative, names);
	}
	const char *why = constraint_fault(octets(&constraints), octets(&name),
		octets(&alternative), work);
	der_clear(&constraints);
	der_clear(&name);
	der_clear(&alternative);
	return why;
}

static void check_too_dear(const char *why)
{
	assert_non_null(why);
	assert_non_null(strstr(why, "too much work"));
}

/* A list of `count` texts, with bars. */
static char *repeat(const char *text, unsigned count)
{
	size_t size = strlen(text);
	char *list = malloc(count * (size + 1));
	assert_non_null(list);
	for (unsigned i = 0; i < count; i++) {
		memcpy(list + i * (size + 1), text, size);
		list[i * (size + 1) + size] = '|';
	}
	list[count * (size + 1) - 1] = '\0';
	return list;
}

static void so_many_alternative_names_are_compared(void **state)
{
	(void)state;
	struct work work;
	work_begin(&work);
	char *names = repeat("dns:example.net", CERTIFICATE_NAME_MAX);
	assert_null(fault_of("ip:0000000000000000", NULL, "", names, &work));
	free(names);
	names = repeat("dns:example.net", CERTIFICATE_NAME_MAX + 1);
	const char *why = fault_of("ip:0000000000000000", NULL, "", names, &work);
	assert_non_null(why);
	assert_string_equal(why,
		"a certificate below name constraints has more than 128 alternative names");
	free(names);
}

/* As many small subtrees as a certificate holds, and names that lie in none of them. */
static void the_dearest_names_end_by_what_is_paid(void **state)
{
	(void)state;
	static const struct {
		const char *base, *name;
		unsigned count;
	} rows[] = {
		{ "dns:x", "dns:y", 3150 },
		{ "email:x", "email:a@y", 3150 },
		{ "uri:x", "uri:a://y", 3150 },
		{ "ip:0000000000000000",
			"ip:"
			"20010db8000000000000000000000001",
			1300 },
		{ "dir:O=x", "dir:O=y", 900 },
		{ "dir:O=\xc3\xbc", "dir:O=\xc3\xa4", 800 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *subtrees = repeat(rows[i].base, rows[i].count);
		char *names = repeat(rows[i].name, CERTIFICATE_NAME_MAX);
		struct work work;
		work_begin(&work);
		check_too_dear(fault_of(NULL, subtrees, "", names, &work));
		assert_true(work.spent);
		/* Nothing is permitted any more, by whatever constraints. */
		check_too_dear(fault_of(NULL, NULL, "", NULL, &work));
		free(subtrees);
		free(names);
	}
}

/* A list as large certificates have it. */
static void honest_certificates_are_permitted(void **state)
{
	(void)state;
	char *subtrees = repeat("dns:some-other-name.example.org|ip:c0000200ffffff00", 50);
	char *names = repeat("dns:a-host-with-a-longer-name.example.net", 100);
	struct work work;
	work_begin(&work);
	assert_null(fault_of(NULL, subtrees, "C=NL/O=Acme/CN=a", names, &work));
	assert_true(work.left > WORK_MAX / 2);
	free(subtrees);
	free(names);
}

/* Also where nothing is compared. */
static void reading_is_paid_by_the_octet(void **state)
{
	(void)state;
	char *subtrees = repeat("dns:example.net", 500);
	char *names = repeat("dns:a-host-with-a-longer-name.example.net",
		CERTIFICATE_NAME_MAX);
	struct work work;
	work_begin(&work);
	assert_null(fault_of(subtrees, NULL, "", "ip:c0000201", &work));
	check_range(WORK_MAX - work.left, 500 * 15 / 16, 500 * 32 / 16);
	work_begin(&work);
	assert_null(fault_of("ip:0000000000000000", NULL, "", names, &work));
	check_range(WORK_MAX - work.left, CERTIFICATE_NAME_MAX * 39 / 16,
		CERTIFICATE_NAME_MAX * 64 / 16);
	free(subtrees);
	free(names);
}

static void each_price_is_paid(void **state)
{
	(void)state;
	static const char permitted[] = "dns:example.net|dir:O=Acme";
	static const char subject[] = "O=ACME/E:i=a@example.org";
	struct work work;
	work_begin(&work);
	assert_null(fault_of(permitted, "email:example.net", subject, NULL, &work));
	uint32_t needed = WORK_MAX - work.left;
	for (uint32_t left = 0; left < needed; left++) {
		work = (struct work){ .left = left };
		check_too_dear(fault_of(permitted, "email:example.net", subject, NULL,
			&work));
	}
	work = (struct work){ .left = needed };
	assert_null(fault_of(permitted, "email:example.net", subject, NULL, &work));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_alternative_names_are_compared),
		cmocka_unit_test(the_dearest_names_end_by_what_is_paid),
		cmocka_unit_test(honest_certificates_are_permitted),
		cmocka_unit_test(reading_is_paid_by_the_octet),
		cmocka_unit_test(each_price_is_paid),
	};
	return cmocka_run_group_tests_name("constraint_cost", tests, NULL, NULL);
}
