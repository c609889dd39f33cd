/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a name is allowed only by match_peer(), asked for this peer, this very name and the
 *   records that are known of it, which are validated and count at this time, with the name
 *   permitted by the roster, and by a list as long as that counts; such a yes holds no longer
 *   than the records' TTL, nor the list's; nothing that is recalled allows; without records the
 *   verdict is that of what is known.
 * Sources: src/candidate.c
 * Contracts: watcher_claim() and roster_admit() give any answer; match_peer() as the proof
 *   match, verdict_memo_recall() as the proof verdict_memo, what is known, and whether it
 *   counts, as the proof freshness has it.
 * Assumes: a claim as the proof claim has it; times of 20 bits.
 * Unwind: 2
 * Limit: 60 s */

#include "candidate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "freshness.h"
#include "judge.h"
#include "match.h"
#include "verdict.h"

#include "proof.h"

static struct dance_roster roster;
static struct peer peer;
static struct verdict_memo memo;
static struct basis basis;
static struct owner *owner;
static struct name claimed;
static struct knowledge *known;
static struct admission admission;
static enum dance_verdict admitted, matched;
static struct name *matched_name;
static bool asked_roster, judged, recalled;
static unsigned nudges;
static bool counts, is_on_demand;
static uint64_t the_time;
static uint32_t known_ttl;
static char text[] = "n";

void *memcpy(void *to, const void *from, size_t size)
{
	must(can_read(from, size) && can_write(to, size), "memcpy() stays within bounds");
	return to;
}

char *strcpy(char *to, const char *from)
{
	must(can_read(from, 1) && can_write(to, DANCE_NAME_SIZE),
		"a name is put where there is room");
	return to;
}

const char *owner_text(const struct owner *of)
{
	return text;
}

void owner_name(const struct owner *of, struct name *name)
{
	must(of == owner, "it is the claim's owner");
	name->size = claimed.size;
}

void name_to_text(const struct name *name, char *to)
{
}

const struct name *roster_suffix(const struct dance_roster *of, const struct name *name)
{
	return nondet_bool() ? &claimed : NULL;
}

const struct name *roster_outer_suffix(const struct dance_roster *of,
	const struct name *name)
{
	return &claimed;
}

size_t roster_listed_count(const struct dance_roster *of)
{
	return nondet_size();
}

enum dance_verdict roster_admit(const struct dance_roster *of, const struct name *name,
	uint64_t now, struct admission *to)
{
	asked_roster = true;
	*to = admission;
	return admitted;
}

enum dance_verdict admission_say(const struct admission *of, enum dance_verdict verdict,
	struct dance_result *result)
{
	return result->verdict = verdict;
}

enum dance_verdict result_say(struct dance_result *result, enum dance_verdict verdict,
	const char *format, ...)
{
	return result->verdict = verdict;
}

void result_begin(struct dance_result *result)
{
	result->verdict = DANCE_UNDECIDED;
}

void judge_put_key(struct dance_result *result, struct peer *of)
{
}

void basis_add(struct basis *to, const struct name *name, const struct change_count *count)
{
}

struct owner *watcher_claim(struct watcher *watcher, const struct name *name,
	const struct name *suffix, struct watcher_view *view, const char **why)
{
	must(name == &claimed, "it is the name that was claimed");
	view->under_way = nondet_bool();
	if (nondet_bool()) {
		*why = nondet_bool() ? "a reason" : NULL;
		return NULL;
	}
	return owner;
}

void watcher_nudge(struct watcher *watcher, struct owner *of)
{
	nudges++;
}

bool verdict_is_of_record(enum dance_verdict verdict)
{
	return nondet_bool();
}

enum dance_class dance_verdict_class(enum dance_verdict verdict)
{
	return (enum dance_class)(nondet_unsigned() % 3);
}

bool verdict_memo_recall(const struct verdict_memo *of, uint64_t serial,
	struct dance_result *result)
{
	must(serial == known->serial, "of these records");
	recalled = nondet_bool();
	if (recalled) {
		result->verdict = (enum dance_verdict)nondet_unsigned();
		assume(result->verdict != DANCE_ALLOW);
	}
	return recalled;
}

void verdict_memo_keep(struct verdict_memo *of, uint64_t serial,
	const struct dance_result *result)
{
	must(serial == known->serial, "of these records");
}

enum dance_verdict match_peer(struct peer *of, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result)
{
	must(of == &peer && set == known->set && options == &roster.options,
		"it is this peer and these records");
	must(name == matched_name, "and this name");
	judged = true;
	return result->verdict = matched;
}

bool freshness_records_hold(const struct knowledge *of, enum dance_verdict trouble,
	bool on_demand, const struct dance_options *options, uint64_t now)
{
	must(of == known && trouble == owner->trouble && options == &roster.options &&
			now == the_time && on_demand == is_on_demand,
		"it is asked of these records at this time");
	return counts;
}

bool freshness_absence_holds(const struct knowledge *of, bool on_demand,
	const struct dance_options *options, uint64_t now)
{
	must(of == known && now == the_time, "it is asked of this knowledge at this time");
	return nondet_bool();
}

uint32_t freshness_ttl_left(const struct knowledge *of, uint64_t now)
{
	must(of == known && now == the_time, "it is asked of these records at this time");
	return known_ttl;
}

static void any_knowledge(void)
{
	owner = malloc(sizeof(*owner));
	known = malloc(sizeof(*known));
	assume(owner != NULL && known != NULL);
	known->set = nondet_bool() ? malloc(sizeof(*known->set)) : NULL;
	assume(known->verdict != DANCE_ALLOW &&
		(known->verdict == DANCE_UNDECIDED) == (known->set != NULL));
	owner->knowledge = nondet_bool() ? known : NULL;
	assume(owner->trouble != DANCE_ALLOW);
	assume(owner->trouble == DANCE_UNDECIDED || known->set != NULL);
}

static void judge_yes(const struct candidate *candidate, const struct inquiry *inquiry)
{
	bool lists = roster.lists.list_count != 0;
	must(judged && !recalled && matched == DANCE_ALLOW, "its records match the peer");
	must(owner->knowledge == known && known->set != NULL && counts,
		"and count at this time");
	must(candidate->on_demand || !lists ||
			(asked_roster && admitted == DANCE_UNDECIDED),
		"and the name is still permitted");
	must(candidate->result->ttl <= known_ttl, "no longer than the records' TTL");
	must(candidate->on_demand || !lists || admission.suffix != NULL ||
			admission.list == NULL || admission.until <= inquiry->now ||
			candidate->result->ttl <= (admission.until - inquiry->now) / 1000,
		"nor than that of the list");
}

void harness(void)
{
	struct inquiry inquiry = { .roster = &roster,
		.peer = &peer,
		.memo = nondet_bool() ? &memo : NULL,
		.basis = &basis,
		.quiet = nondet_bool(),
		.now = nondet_uint64() };
	struct candidate candidate;
	struct claim claim = { .source = (enum claim_source)nondet_unsigned() };
	bool on_demand = is_on_demand = nondet_bool();
	any_knowledge();
	counts = nondet_bool();
	known_ttl = nondet_unsigned();
	the_time = inquiry.now;
	assume(the_time < 1 << 20);
	any_octets(&roster);
	any_octets(&admission);
	any_octets(&claimed);
	admitted = (enum dance_verdict)nondet_unsigned();
	matched = (enum dance_verdict)nondet_unsigned();
	assume(admitted != DANCE_ALLOW && matched != DANCE_UNDECIDED);
	assume(admission.until < 1 << 20);
	claim.owner = on_demand ? NULL : owner;
	claim.name = on_demand || nondet_bool() ? &claimed : NULL;
	assume(claim.name != NULL || claim.source != CLAIM_CLIENT_ID);
	candidate.result = &candidate.spare;
	matched_name = &candidate.name;

	enum dance_verdict verdict = candidate_consult(&candidate, &inquiry, &claim);
	must(verdict == candidate.result->verdict, "there is one verdict");
	must(verdict != DANCE_ALLOW, "DNS alone allows nobody");
	must(!judged, "and nothing is judged yet");
	if (verdict == DANCE_UNDECIDED) {
		verdict = candidate_judge(&candidate, &inquiry);
		must(verdict == candidate.result->verdict, "there is one verdict");
		must(verdict != DANCE_ALLOW || inquiry.memo != NULL,
			"without a memo nobody is allowed");
	}
	if (verdict == DANCE_ALLOW) {
		judge_yes(&candidate, &inquiry);
	}
	candidate_end(&candidate, &inquiry);
	must(!inquiry.quiet || nudges == 0,
		"where all is to be quiet nothing is looked up");
	end_of_proof();
}
