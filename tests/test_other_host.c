/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A host whose struct dance_peer is none that this libdance knows: nobody is let in by it, whatever
 * the octets behind its size are. */

#include "check.h"
#include "host_struct.h"
#include "scene.h"

#include <string.h>

#define NAME "a.example"

static struct credential mine;

/* A struct of the next version, with room for what that adds. */
union next_peer {
	struct dance_peer peer;
	unsigned char octets[sizeof(struct dance_peer) + 8];
};

static int begin(void **state)
{
	int wrong = scene_begin(state);
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	publish(NAME, 60, &mine);
	return wrong;
}

static int end(void **state)
{
	clear_certificate(&mine);
	return scene_end(state);
}

static const struct {
	const char *row;
	size_t size;
	unsigned char last; /* octet of the field that we do not know */
	const char *fault;  /* NULL: none */
} rows[] = {
	{ "as ours", sizeof(struct dance_peer), 0, NULL },
	{ "as the first one", HOST_PEER_LEAST, 0, NULL },
	{ "one that is newer and sets nothing new", sizeof(union next_peer), 0, NULL },
	{ "no size", 0, 0, "struct dance_peer: its size is not set" },
	{ "less than the first one", HOST_PEER_LEAST - 1, 0,
		"struct dance_peer: its size is not set" },
	{ "a new field", sizeof(union next_peer), 1,
		"struct dance_peer: it sets a field that this version of libdance does not know" },
};

static union next_peer shown_as(size_t row)
{
	union next_peer next;
	memset(&next, 0, sizeof(next));
	next.peer.size = rows[row].size;
	next.peer.chain = &mine.whole[TLSA_CERTIFICATE];
	next.peer.chain_count = 1;
	next.octets[sizeof(next.octets) - 1] = rows[row].last;
	return next;
}

static void check_result(size_t row, const struct dance_result *result)
{
	check_row(rows[row].row, result->verdict,
		rows[row].fault == NULL ? DANCE_ALLOW : DANCE_FAIL_INTERNAL);
	assert_string_equal(result->detail, rows[row].fault == NULL ? "" : rows[row].fault);
}

static void a_peer_is_known_by_the_size_of_its_struct(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t row = 0; row < ROWS(rows); row++) {
		struct dance_result result = { .size = sizeof(result) };
		union next_peer next = shown_as(row);
		(void)dance_verify(roster, &next.peer, &result);
		check_result(row, &result);
		struct dance_decision *decision = dance_decision_new(roster, &next.peer,
			NULL, NULL);
		assert_non_null(decision);
		(void)dance_decision_take(decision, &result);
		check_result(row, &result);
		dance_decision_free(decision);
	}
	dance_roster_free(roster);
}

/* Its record is looked up again; that of nobody is not. */
static void for_a_peer_that_is_none_nothing_is_looked_up(void **state)
{
	(void)state;
	struct credential other;
	make_certificate(&other, &(struct wish){ .key = KEY_P256 });
	publish(NAME, 3600, &other);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t row = 0; row < ROWS(rows); row++) {
		pass(60000);
		unsigned before = fake_resolver_asked_all();
		union next_peer next = shown_as(row);
		dance_look_again(roster, &next.peer);
		fake_resolver_settle();
		check_true(rows[row].row,
			fake_resolver_asked_all() - before == (rows[row].fault == NULL));
		dance_look_again(NULL, &next.peer);
	}
	dance_roster_free(roster);
	clear_certificate(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_peer_is_known_by_the_size_of_its_struct,
			begin, end),
		cmocka_unit_test_setup_teardown(for_a_peer_that_is_none_nothing_is_looked_up,
			begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
