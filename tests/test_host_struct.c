/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Hosts that were compiled with another dance.h, and with this one: nothing that was there
 * moves. */

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "host_struct.h"

/* Three versions of one struct. */
struct first {
	size_t size;
	unsigned a;
};

struct second {
	size_t size;
	unsigned a;
	unsigned b;
	const char *c;
};

struct third {
	size_t size;
	unsigned a;
	unsigned b;
	const char *c;
	unsigned d[3];
};

#define LEAST HOST_END(first, a)

static void fields_that_the_host_does_not_know_are_zero(void **state)
{
	(void)state;
	const struct first old = { .size = sizeof(old), .a = 7 };
	const void *volatile host = &old; /* as a library gets it: of any size */
	struct second ours;
	memset(&ours, 0xff, sizeof(ours));
	assert_null(host_struct_take(&ours, sizeof(ours), host, LEAST));
	assert_int_equal(ours.size, sizeof(ours));
	assert_int_equal(ours.a, 7);
	assert_null(ours.c);
}

static void fields_that_we_do_not_know_must_be_zero(void **state)
{
	(void)state;
	struct third new = { .size = sizeof(new), .a = 7, .b = 8, .c = "nine" };
	struct second ours;
	assert_null(host_struct_take(&ours, sizeof(ours), &new, LEAST));
	assert_int_equal(ours.size, sizeof(ours));
	assert_int_equal(ours.b, 8);
	assert_string_equal(ours.c, "nine");
	for (size_t i = sizeof(ours); i < sizeof(new); i++) {
		unsigned char octets[sizeof(new)];
		memcpy(octets, &new, sizeof(new));
		octets[i] = 1;
		assert_string_equal(host_struct_take(&ours, sizeof(ours), octets, LEAST),
			"it sets a field that this version of libdance does not know");
	}
}

static void the_least_and_the_largest_size_are_sizes(void **state)
{
	(void)state;
	static const size_t sizes[] = { LEAST, HOST_STRUCT_MAX };
	struct second ours;
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct first *host = calloc(1, HOST_STRUCT_MAX);
		assert_non_null(host);
		host->size = sizes[i];
		assert_null(host_struct_take(&ours, sizeof(ours), host, LEAST));
		free(host);
	}
}

static void a_size_that_nobody_set_is_told(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, sizeof(size_t), LEAST - 1,
		HOST_STRUCT_MAX + 1, SIZE_MAX };
	struct second ours;
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct first *host = calloc(1, HOST_STRUCT_MAX);
		assert_non_null(host);
		host->size = sizes[i];
		const char *fault = host_struct_take(&ours, sizeof(ours), host, LEAST);
		free(host);
		assert_non_null(fault);
		assert_string_equal(fault, "its size is not set");
	}
}

/* A host's result of `size` octets, and what is behind it. */
#define ROOM (HOST_STRUCT_MAX + 64)

static unsigned char *room(size_t size)
{
	unsigned char *octets = aligned_alloc(alignof(struct dance_result), ROOM);
	assert_non_null(octets);
	memset(octets, 0xaa, ROOM);
	memcpy(octets, &size, sizeof(size));
	return octets;
}

/* As many octets as the host has are written, and not one more. */
static void check_result(size_t size)
{
	unsigned char *octets = room(size);
	struct dance_result *host = (struct dance_result *)(void *)octets;
	struct dance_result spare = { .size = sizeof(spare) };
	struct dance_result *result = host_result_begin(host, &spare);
	assert_non_null(result);
	size_t kept = result->size;
	memset(result, 0x55, sizeof(*result));
	result->size = kept;
	assert_true(dance_result_copy(host, result));
	assert_int_equal(host->size, size);
	for (size_t i = sizeof(size); i < ROOM; i++) {
		unsigned char expected = i >= size ? 0xaa : i >= sizeof(*result) ? 0 : 0x55;
		assert_int_equal(octets[i], expected);
	}
	free(octets);
}

static void a_result_is_written_as_far_as_the_host_knows_it(void **state)
{
	(void)state;
	check_result(HOST_RESULT_LEAST);
	check_result(sizeof(struct dance_result));
	check_result(sizeof(struct dance_result) + 8);
	check_result(sizeof(struct dance_result) + 200);
	check_result(HOST_STRUCT_MAX);
}

/* From one host's version to that of another one. */
static void check_copy(size_t to_size, size_t from_size)
{
	unsigned char *to = room(to_size), *from = room(from_size);
	memset(from + sizeof(from_size), 0x55, from_size - sizeof(from_size));
	assert_true(dance_result_copy((void *)to, (void *)from));
	assert_memory_equal(to, &to_size, sizeof(to_size));
	for (size_t i = sizeof(to_size); i < ROOM; i++) {
		unsigned char expected = i >= to_size ? 0xaa : i >= from_size ? 0 : 0x55;
		assert_int_equal(to[i], expected);
	}
	free(to);
	free(from);
}

static void a_result_is_copied_as_far_as_both_know_it(void **state)
{
	(void)state;
	static const size_t sizes[] = { HOST_RESULT_LEAST, HOST_RESULT_LEAST + 8,
		HOST_RESULT_LEAST + 200, HOST_STRUCT_MAX };
	for (size_t i = 0; i < ROWS(sizes); i++) {
		for (size_t j = 0; j < ROWS(sizes); j++) {
			check_copy(sizes[i], sizes[j]);
		}
	}
}

static void what_has_no_size_is_not_copied(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, HOST_RESULT_LEAST - 1, HOST_STRUCT_MAX + 1 };
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct dance_result none = { .size = sizes[i],
			.verdict = DANCE_DENY_CHAIN };
		struct dance_result whole = { .size = sizeof(whole),
			.verdict = DANCE_DENY_NAME };
		assert_false(dance_result_copy(&none, &whole));
		assert_false(dance_result_copy(&whole, &none));
		assert_int_equal(none.verdict, DANCE_DENY_CHAIN);
		assert_int_equal(whole.verdict, DANCE_DENY_NAME);
	}
}

static void a_result_without_a_size_is_not_written(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, HOST_RESULT_LEAST - 1, HOST_STRUCT_MAX + 1 };
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct dance_result result = { .size = sizes[i],
			.verdict = DANCE_DENY_CHAIN };
		struct dance_result spare = { .size = sizeof(spare) };
		assert_null(host_result_begin(&result, &spare));
		assert_int_equal(dance_verify(NULL, &(struct dance_peer){ .size = 0 },
					 &result),
			DANCE_FAIL_INTERNAL);
		assert_int_equal(dance_judge(&(struct dance_peer){ .size = 0 }, NULL, NULL,
					 0, NULL, &result),
			DANCE_FAIL_INTERNAL);
		assert_int_equal(result.verdict, DANCE_DENY_CHAIN);
	}
}

static void a_call_says_which_struct_has_no_size(void **state)
{
	(void)state;
	const struct dance_peer peer = { .size = sizeof(peer) }, sizeless = { .size = 0 };
	const struct dance_options options = { .size = 1 };
	struct dance_result result = { .size = sizeof(result) };
	assert_int_equal(dance_judge(&sizeless, NULL, NULL, 0, NULL, &result),
		DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "struct dance_peer: its size is not set");
	assert_int_equal(dance_judge(&peer, NULL, NULL, 0, &options, &result),
		DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "struct dance_options: its size is not set");
	const struct dance_context_options where = { .size = 1 };
	assert_null(dance_context_new(&where));
}

/* Where the fields were in the first release, on machines of 64 bits. */
static void nothing_that_a_compiled_host_knows_has_moved(void **state)
{
	(void)state;
#if UINTPTR_MAX == UINT64_MAX
	static const size_t table[][2] = {
		{ offsetof(struct dance_peer, chain), 8 },
		{ offsetof(struct dance_peer, chain_count), 16 },
		{ offsetof(struct dance_peer, raw_key), 24 },
		{ offsetof(struct dance_peer, client_id), 32 },
		{ offsetof(struct dance_peer, client_id_size), 40 },
		{ offsetof(struct dance_peer, key_sha256), HOST_PEER_LEAST },
		{ offsetof(struct dance_peer, certificate_sha256), 56 },
		{ offsetof(struct dance_tlsa, usage), 0 },
		{ offsetof(struct dance_tlsa, selector), 1 },
		{ offsetof(struct dance_tlsa, matching), 2 },
		{ offsetof(struct dance_tlsa, data), 8 },
		{ offsetof(struct dance_tlsa, size), 16 },
		{ sizeof(struct dance_tlsa), 24 },
		{ sizeof(struct dance_octets), 16 },
		{ offsetof(struct dance_options, usages), 8 },
		{ offsetof(struct dance_options, role), 12 },
		{ offsetof(struct dance_options, trust), 16 },
		{ offsetof(struct dance_options, at), 24 },
		{ offsetof(struct dance_options, timeout_ms), 32 },
		{ offsetof(struct dance_options, max_stale_s), 36 },
		{ offsetof(struct dance_context_options, trust_anchor), 8 },
		{ offsetof(struct dance_context_options, root_hints), 16 },
		{ offsetof(struct dance_context_options, forwarders), 24 },
		{ offsetof(struct dance_context_options, max_waiting), 88 },
		{ offsetof(struct dance_context_options, log), 96 },
		{ offsetof(struct dance_context_options, thread_begin), 104 },
		{ offsetof(struct dance_context_options, thread_end), 112 },
		{ offsetof(struct dance_context_options, arg), 120 },
		{ offsetof(struct dance_context_options, lookups_per_second), 128 },
		{ offsetof(struct dance_context_options, lookups_in_flight), 132 },
		{ offsetof(struct dance_context_options, lookups_queued), 136 },
		{ offsetof(struct dance_context_options, remembered), 140 },
		{ offsetof(struct dance_context_options, looked_up), 144 },
		{ offsetof(struct dance_context_options, anchored), 152 },
		{ offsetof(struct dance_result, verdict), 8 },
		{ offsetof(struct dance_result, has_key), 12 },
		{ offsetof(struct dance_result, has_record), 13 },
		{ offsetof(struct dance_result, usage), 14 },
		{ offsetof(struct dance_result, selector), 15 },
		{ offsetof(struct dance_result, matching), 16 },
		{ offsetof(struct dance_result, ttl), 20 },
		{ offsetof(struct dance_result, key_sha256), 24 },
		{ offsetof(struct dance_result, name), 56 },
		{ offsetof(struct dance_result, entry), 310 },
		{ offsetof(struct dance_result, detail), 566 },
		{ offsetof(struct dance_result, basis), 760 },
		{ HOST_RESULT_LEAST, 888 },
		{ sizeof(struct dance_basis), 128 },
	};
	for (size_t i = 0; i < ROWS(table); i++) {
		assert_int_equal(table[i][0], table[i][1]);
	}
#endif
	/* Verdicts keep their numbers; new ones come behind. */
	assert_int_equal(DANCE_UNDECIDED, 0);
	assert_int_equal(DANCE_ALLOW, 1);
	assert_int_equal(DANCE_DENY_TRANSPORT, 2);
	assert_int_equal(DANCE_DENY_CHAIN, 10);
	assert_int_equal(DANCE_FAIL_BOGUS, 11);
	assert_int_equal(DANCE_FAIL_INTERNAL, 15);
	assert_true(dance_verdict_count() > DANCE_FAIL_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_that_the_host_does_not_know_are_zero),
		cmocka_unit_test(fields_that_we_do_not_know_must_be_zero),
		cmocka_unit_test(the_least_and_the_largest_size_are_sizes),
		cmocka_unit_test(a_size_that_nobody_set_is_told),
		cmocka_unit_test(a_result_is_written_as_far_as_the_host_knows_it),
		cmocka_unit_test(a_result_is_copied_as_far_as_both_know_it),
		cmocka_unit_test(what_has_no_size_is_not_copied),
		cmocka_unit_test(a_result_without_a_size_is_not_written),
		cmocka_unit_test(a_call_says_which_struct_has_no_size),
		cmocka_unit_test(nothing_that_a_compiled_host_knows_has_moved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
