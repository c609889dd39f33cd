/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: whatever answers come, and in whatever order, records of a name count only if the last
 *   word of DNS on it was that they are validated, within the TTL that it had then (or one
 *   second), or, as long as the operator allows it, while a lookup fails or may be failing;
 *   without records the verdict is that of the last answer and never a yes. Shown for one answer
 *   after any others.
 * Sources: src/resolver_answer.c src/owner.c
 * Contracts: tlsa_set_new() may fail; no index has the name, no key is entered and nothing is
 *   logged; dance_verdict_class() as the proof of verdicts has it.
 * Assumes: the clock does not go back; times of 20 bits of milliseconds and TTLs below 4096 s,
 *   above every threshold of the code.
 * Unwind: 2
 * Edit: src/change_counts.h 's/(CHANGE_COUNTS_PLACES) [0-9]+$/\1 1/'
 * Limit: 60 s */

#include <stdlib.h>

#include "resolver_answer.h"

/* What it is has a harness of its own below, and where it is used it is any. */
#define freshness_lifetime freshness_lifetime_itself
#include "../src/freshness.c"
#undef freshness_lifetime

uint64_t freshness_lifetime(const struct resolver_answer *of);

#include "../src/publisher.c"

#include "verdict.h"

#include "proof.h"

static uint64_t now;
static struct resolver_answer answer;

uint64_t clock_ms(void)
{
	return now;
}

size_t strnlen(const char *text, size_t most)
{
	must(text == answer.why, "it is the answer's");
	return 0;
}

struct tlsa_set *tlsa_set_new(const struct dance_tlsa *records, size_t count)
{
	must(answer.outcome == RESOLVER_SECURE, "a set is made of validated records only");
	must(records == answer.records && count == answer.count, "and of all of them");
	struct tlsa_set *set = malloc(sizeof(*set));
	if (set != NULL) {
		set->count = 0;
		set->too_many = false;
	}
	return set;
}

void name_log_answer(struct name_log *log, const struct owner *owner,
	enum dance_verdict verdict, const char *why)
{
}

void name_log_signatures(struct name_log *log, struct owner *owner,
	const struct resolver_answer *of)
{
}

void name_log_failing(struct name_log *log, struct owner *owner, const char *why)
{
}

void name_log_memory(struct name_log *log, const struct owner *owner)
{
}

uint16_t change_counts_place(const struct change_counts *counts, const uint8_t *wire,
	size_t size)
{
	return 0;
}

void change_count_add(struct change_count *count, bool changed)
{
}

enum dance_class dance_verdict_class(enum dance_verdict verdict)
{
	return verdict == DANCE_ALLOW       ? DANCE_CLASS_ALLOW :
		verdict >= DANCE_FAIL_BOGUS ? DANCE_CLASS_FAIL :
					      DANCE_CLASS_DENY;
}

static uint64_t lifetime;

uint64_t freshness_lifetime(const struct resolver_answer *of)
{
	must(of == &answer, "it is asked of the answer");
	return lifetime;
}

/* Validated records live for their TTL, but a second at least; that there are none, or that
 * they cannot be had, for 5 s to 10 min. */
static void judge_lifetime(void)
{
	uint64_t lives = freshness_lifetime_itself(&answer), ttl = answer.ttl;
	if (answer.outcome == RESOLVER_SECURE) {
		must(lives == (ttl > 1 ? ttl * 1000 : 1000), "records live for their TTL");
	} else {
		must(lives ==
				(ttl < 5                  ? 5000 :
						ttl > 600 ? 600000 :
							    ttl * 1000),
			"what is not there is believed for 10 minutes at most");
	}
}

/* The last answer that told anything about the records, and whether lookups failed since. */
static struct {
	bool any, failed_since;
	enum resolver_outcome outcome;
	uint64_t until;
} word;

/* What is said, of any moment from now on. */
static void look(const struct owner *owner)
{
	const struct knowledge *known = owner->knowledge;
	enum dance_verdict trouble = (enum dance_verdict)owner->trouble;
	if (known == NULL) {
		return; /* not ready */
	}
	must(word.any, "what is known was told");
	must(known->valid_until == word.until, "it ends when its TTL does");
	must(known->verdict == resolver_verdict(word.outcome),
		"its verdict is that of DNS");
	must(known->verdict != DANCE_ALLOW && trouble != DANCE_ALLOW, "and no yes");
	must((known->set != NULL) == (word.outcome == RESOLVER_SECURE),
		"there are records exactly if the last word was that they are validated");
	must(trouble == DANCE_UNDECIDED || (word.failed_since && known->set != NULL),
		"trouble is of lookups that failed");
}

static void look_later(const struct owner *owner)
{
	struct dance_options options;
	uint64_t later = nondet_uint64();
	bool on_demand = nondet_bool();
	assume(options.max_stale_s < 2048);
	assume(later >= now && later < 1 << 22);
	if (owner->knowledge == NULL || owner->knowledge->set == NULL ||
		!freshness_records_hold(owner->knowledge,
			(enum dance_verdict)owner->trouble, on_demand, &options, later)) {
		return;
	}
	must(word.any && word.outcome == RESOLVER_SECURE,
		"records that count are validated");
	must(later < word.until + (uint64_t)options.max_stale_s * 1000,
		"and not older than the operator allows");
	must(later < word.until || word.failed_since ||
			(!on_demand && later - word.until < RESOLVER_DEADLINE_MS),
		"and expired ones only while lookups fail, or may");
}

static struct owner *any_owner(void)
{
	struct owner *owner = malloc(sizeof(*owner));
	assume(owner != NULL);
	owner->members = NULL;
	owner->knowledge = NULL;
	word.any = nondet_bool();
	word.failed_since = nondet_bool();
	word.outcome = (enum resolver_outcome)nondet_unsigned();
	word.until = nondet_uint64();
	assume((unsigned)word.outcome <= RESOLVER_TIMEOUT && word.until < 1 << 21);
	if (nondet_bool()) {
		struct knowledge *known = malloc(sizeof(*known));
		assume(known != NULL && word.any);
		bool has_set = word.outcome == RESOLVER_SECURE;
		known->set = has_set ? malloc(sizeof(*known->set)) : NULL;
		assume(!has_set || known->set != NULL);
		if (has_set) {
			known->set->count = 0;
		}
		known->verdict = resolver_verdict(word.outcome);
		known->valid_until = word.until;
		owner->knowledge = known;
		owner->trouble = nondet_uint8();
		assume(owner->trouble == DANCE_UNDECIDED ||
			(word.failed_since && has_set && owner->trouble != DANCE_ALLOW));
	} else {
		owner->trouble = DANCE_UNDECIDED;
	}
	return owner;
}

void harness(void)
{
	static struct publisher publisher;
	if (nondet_bool()) {
		answer.outcome = (enum resolver_outcome)nondet_unsigned();
		answer.ttl = nondet_uint16() & 0xfff;
		judge_lifetime();
		return;
	}
	struct owner *owner = any_owner();
	now = nondet_uint64();
	assume(now > 0 && now < 1 << 20);

	answer.outcome = (enum resolver_outcome)nondet_unsigned();
	assume((unsigned)answer.outcome <= RESOLVER_TIMEOUT);
	answer.ttl = nondet_unsigned();
	lifetime = any_size((1 << 20) - 1);
	answer.why = "";
	answer.count = 0;
	bool had_records = owner->knowledge != NULL && owner->knowledge->set != NULL;
	publisher_publish(&publisher, owner, &answer);

	bool failed = answer.outcome == RESOLVER_NONE ||
		answer.outcome == RESOLVER_FAILED || answer.outcome == RESOLVER_TIMEOUT;
	if (failed && had_records) {
		must(owner->knowledge != NULL, "a failure takes no records away");
		word.failed_since = true;
	} else {
		word.any = true;
		word.failed_since = false;
		word.outcome = answer.outcome;
		word.until = now + lifetime;
	}
	look(owner);
	look_later(owner);
	end_of_proof();
}
