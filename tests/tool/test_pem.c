/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Blocks of PEM files: where one begins and ends, and what is none. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pem.h"

#define TEXT(text) { (const unsigned char *)(text), sizeof(text) - 1 }

/* "LABEL:BODY;" of each block, and the reason why there are no more. */
static void check_blocks(struct dance_octets text, const char *expected)
{
	char found[512] = "";
	struct pem_block block;
	const char *why = "left";
	/* A copy without anything behind it. */
	unsigned char *copy = malloc(text.size + (text.size == 0));
	assert_non_null(copy);
	memcpy(copy, text.data, text.size);
	struct dance_octets rest = { copy, text.size };
	while (pem_next(&rest, &block, &why)) {
		assert_null(why);
		size_t used = strlen(found);
		snprintf(found + used, sizeof(found) - used, "%.*s:%.*s;",
			(int)block.label.size, (const char *)block.label.data,
			(int)block.body.size, (const char *)block.body.data);
	}
	if (why != NULL) {
		strncat(found, why, sizeof(found) - strlen(found) - 1);
	}
	assert_string_equal(found, expected);
	free(copy);
}

#define DIFFERENT "a PEM block begins and ends with different labels"
#define MARK \
	"a byte order mark precedes a PEM block: remove it, since TLS programs cannot read such " \
	"a file"

static void test_blocks(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets text;
		const char *blocks;
	} rows[] = {
		{ TEXT(""), "" },
		{ TEXT("text\n"), "" },
		{ TEXT("-----BEGIN A-----\nAAAA\n-----END A-----\n"), "A:AAAA\n;" },
		{ TEXT("-----BEGIN A-----\nAAAA\n-----END A-----"), "A:AAAA\n;" },
		{ TEXT("-----BEGIN A-----\n-----END A-----\n"), "A:;" },
		{ TEXT("x\n-----BEGIN A B-----\r\nAA\r\nBB\r\n-----END A B----- \t\r\nx"),
			"A B:AA\r\nBB\r\n;" },
		{ TEXT("-----BEGIN A-----\n1\n-----END A-----\n-----BEGIN B-----\n2\n"
		       "-----END B-----\n"),
			"A:1\n;B:2\n;" },
		{ TEXT(" -----BEGIN A-----\n1\n"), "" },
		{ TEXT("-----BEGIN -----\n1\n"), "" },
		{ TEXT("-----BEGIN A----\n1\n"), "" },
		{ TEXT("-----BEGIN A-----x\n1\n"), "" },
		{ TEXT("-----BEGIN A-----\0\n1\n"), "" },
		{ TEXT("-----BEGIN"), "" },
		{ TEXT("-----BEGIN A-----"), "a PEM block has no end" },
		{ TEXT("-----BEGIN A-----\n"), "a PEM block has no end" },
		{ TEXT("-----BEGIN A-----\nAAAA\n"), "a PEM block has no end" },
		{ TEXT("-----BEGIN A-----\n1\n-----BEGIN A-----\n"),
			"a PEM block begins inside another one" },
		{ TEXT("-----BEGIN A-----\n1\n-----END B-----\n"), DIFFERENT },
		{ TEXT("-----BEGIN A-----\n1\n-----END AB-----\n"), DIFFERENT },
		{ TEXT("-----BEGIN AB-----\n1\n-----END A-----\n"), DIFFERENT },
		{ TEXT("-----BEGIN A-----\n1\n-----END A----\n"), DIFFERENT },
		{ TEXT("\xef\xbb\xbf-----BEGIN A-----\n1\n-----END A-----\n"), MARK },
		{ TEXT("x\n\xef\xbb\xbf-----BEGIN A-----\n"), MARK },
		{ TEXT("\xef\xbb\xbfx\n-----BEGIN A-----\n1\n-----END A-----\n"), "A:1\n;" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_blocks(rows[i].text, rows[i].blocks);
	}
}

static void test_labels(void **state)
{
	(void)state;
	const struct pem_block block = { .label = TEXT("PRIVATE KEY") };
	assert_true(pem_has_label(&block, "PRIVATE KEY"));
	assert_false(pem_has_label(&block, "PRIVATE"));
	assert_false(pem_has_label(&block, "PRIVATE KEYS"));
	assert_false(pem_has_label(&block, "private key"));
	assert_false(pem_has_label(&block, ""));
}

static void test_headers_of_encrypted_keys(void **state)
{
	(void)state;
	static const struct {
		struct dance_octets body;
		bool encrypted;
	} rows[] = {
		{ TEXT(""), false },
		{ TEXT("AAAA\n"), false },
		{ TEXT("Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n"), true },
		{ TEXT("DEK-Info: x\nProc-Type: 4,ENCRYPTED"), true },
		{ TEXT("Proc-Type: 4,CLEAR\nENCRYPTED\n"), false },
		{ TEXT("X-Proc-Type: 4,ENCRYPTED\n"), false },
		{ TEXT("ENCRYPTED\n"), false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct pem_block block = { .body = rows[i].body };
		assert_int_equal(pem_is_encrypted(&block), rows[i].encrypted);
	}
}

static size_t wiped; /* octets that were overwritten */

void __real_explicit_bzero(void *octets, size_t size);
void __wrap_explicit_bzero(void *octets, size_t size);
void __wrap_explicit_bzero(void *octets, size_t size)
{
	wiped += size;
	__real_explicit_bzero(octets, size);
}

static void test_octets_of_a_block(void **state)
{
	(void)state;
	struct pem_block block = { .body = TEXT("AAEC\nAwQ=\n") };
	struct dance_octets der;
	const char *why = NULL;
	assert_true(pem_decode(&block, &der, &why));
	assert_null(why);
	assert_int_equal(der.size, 5);
	assert_memory_equal(der.data, "\0\1\2\3\4", 5);
	pem_clear(&der);
	assert_null(der.data);
	assert_int_equal(der.size, 0);
	assert_int_equal(wiped, 5);
	pem_clear(&der);
	assert_int_equal(wiped, 5);
	block.body = (struct dance_octets)TEXT("!\n");
	der.size = 7;
	assert_false(pem_decode(&block, &der, &why));
	assert_string_equal(why, "a PEM block is not base64");
	assert_null(der.data);
	assert_int_equal(der.size, 0);
	block.body = (struct dance_octets)TEXT("\n");
	why = NULL;
	assert_false(pem_decode(&block, &der, &why));
	assert_non_null(why);
	assert_null(der.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_headers_of_encrypted_keys),
		cmocka_unit_test(test_octets_of_a_block),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
