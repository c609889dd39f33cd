/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How much of its caller's stack a decision takes: measured on a stack that was painted before.
 * Hosts that give their threads small stacks rely on what dance.h says. */

#include "check.h"
#include "scene.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE (1024 * 1024)
#define PAINT 0xa5
#define CHAIN 8

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define INSTRUMENTED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define INSTRUMENTED true
#endif
#endif
#ifndef INSTRUMENTED
#define INSTRUMENTED false
#endif

/* --- the measure -------------------------------------------------------------------------- */

struct asked {
	struct dance_roster *roster; /* NULL: the thread does nothing */
	struct dance_peer peer;
	struct dance_result result;
	bool does_not_wait;
};

static void *decide(void *arg)
{
	struct asked *asked = arg;
	if (asked->roster != NULL) {
		asked->peer.size = sizeof(asked->peer);
		asked->result.size = sizeof(asked->result);
		if (asked->does_not_wait) {
			struct dance_decision *decision = dance_decision_new(asked->roster,
				&asked->peer, NULL, NULL);
			(void)dance_decision_take(decision, &asked->result);
			dance_decision_free(decision);
		} else {
			(void)dance_verify(asked->roster, &asked->peer, &asked->result);
		}
	}
	return NULL;
}

/* The octets of a stack that a thread writes to. */
static size_t touched(struct asked *asked)
{
	pthread_attr_t attributes;
	pthread_t thread;
	unsigned char *stack = aligned_alloc(4096, STACK_SIZE);
	assert_non_null(stack);
	memset(stack, PAINT, STACK_SIZE);
	assert_int_equal(pthread_attr_init(&attributes), 0);
	assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_SIZE), 0);
	assert_int_equal(pthread_create(&thread, &attributes, decide, asked), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attributes);
	size_t free_octets = 0;
	while (free_octets < STACK_SIZE && stack[free_octets] == PAINT) {
		free_octets++;
	}
	free(stack);
	return STACK_SIZE - free_octets;
}

static size_t taken(struct asked *asked)
{
	struct asked nothing = { .roster = NULL };
	size_t before = touched(&nothing), with = touched(asked);
	assert_true(with > before);
	return with - before;
}

static void fits(const char *what, struct asked *asked, enum dance_verdict verdict)
{
	size_t most = 0;
	for (int i = 0; i < 4; i++) {
		asked->does_not_wait = i % 2 != 0;
		size_t octets = taken(asked);
		if (asked->result.verdict != verdict) {
			fail_msg("%s: %s (%s)", what,
				dance_verdict_name(asked->result.verdict),
				asked->result.detail);
		}
		most = octets > most ? octets : most;
	}
	print_message("# %s: %zu octets\n", what, most);
	if (INSTRUMENTED) {
		print_message("# skipped: a sanitizer makes the stack larger\n");
	} else if (most > DANCE_STACK_SIZE) {
		fail_msg("%s: %zu octets of stack", what, most);
	}
}

/* --- the decisions ------------------------------------------------------------------------ */

static struct credential chain[CHAIN]; /* the leaf first */
static struct dance_octets shown[CHAIN];

/* A leaf with as many names as are looked at, below authorities that constrain them. */
static void make_chain(enum key_kind key)
{
	static const char *const subjects[CHAIN] = { "leaf", "1", "2", "3", "4", "5", "6",
		"7" };
	static struct alternative_name names[128];
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("other.example");
	}
	names[ROWS(names) - 1] = (struct alternative_name)DNS("a.example");
	for (size_t i = CHAIN; i-- > 0;) {
		const struct wish wish = {
			.key = key,
			.issuer = i + 1 < CHAIN ? &chain[i + 1] : NULL,
			.authority = i > 0,
			.permitted = i > 0 ? "example" : NULL,
			.common_name = subjects[i],
			.names = i == 0 ? names : NULL,
			.name_count = i == 0 ? ROWS(names) : 0,
		};
		make_certificate(&chain[i], &wish);
		shown[i] = chain[i].whole[TLSA_CERTIFICATE];
	}
}

static void clear_chain(void)
{
	for (size_t i = 0; i < CHAIN; i++) {
		clear_certificate(&chain[i]);
	}
}

static void a_path_of_every_kind_of_key_fits(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		enum key_kind key;
	} rows[] = {
		{ "Ed25519", KEY_ED25519 },
		{ "P-256", KEY_P256 },
		{ "P-384", KEY_P384 },
		{ "P-521", KEY_P521 },
		{ "Ed448", KEY_ED448 },
		{ "RSA", KEY_RSA },
		{ "RSA-PSS", KEY_RSA_PSS },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		make_chain(rows[i].key);
		const struct dance_tlsa record = tlsa_of(&chain[CHAIN - 1], 2, 0, 1);
		publish_records("a.example", 60, &record, 1);
		struct asked asked = { .roster = roster_of("a.example", NULL),
			.peer = { .chain = shown, .chain_count = CHAIN } };
		fits(rows[i].what, &asked, DANCE_ALLOW);
		/* Its issuers' issuer is not there: every way is tried. */
		asked.peer.chain_count--;
		fits(rows[i].what, &asked, DANCE_DENY_MISMATCH);
		dance_roster_free(asked.roster);
		clear_chain();
	}
}

static void a_key_fits(void **state)
{
	(void)state;
	struct credential mine, other;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	make_certificate(&other, &(struct wish){ .key = KEY_P256 });
	publish("a.example", 60, &mine);
	answer("b.below.example", RESOLVER_DENIED, 60, "");
	struct asked asked = { .roster = roster_of("a.example *.below.example", NULL),
		.peer = { .chain = &mine.whole[TLSA_SPKI],
			.chain_count = 1,
			.raw_key = true } };
	fits("a raw key", &asked, DANCE_ALLOW);
	asked.peer.chain = &other.whole[TLSA_SPKI];
	fits("another raw key", &asked, DANCE_DENY_MISMATCH);
	asked.peer = (struct dance_peer){ .size = sizeof(struct dance_peer),
		.chain = &other.whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = "b.below.example",
		.client_id_size = 15 };
	fits("a name that is looked up", &asked, DANCE_DENY_NO_TLSA);
	dance_roster_free(asked.roster);
	clear_certificate(&mine);
	clear_certificate(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_path_of_every_kind_of_key_fits,
			scene_begin, scene_end),
		cmocka_unit_test_setup_teardown(a_key_fits, scene_begin, scene_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
