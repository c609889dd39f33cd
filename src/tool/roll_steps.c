/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The life of a key. What a step is about to do is in the state before it is done, so that a run
 * that was killed is followed by one that does it again; doing it twice does no harm. Three rules
 * hold throughout: a key is not used before its record has been seen everywhere, validated, for
 * two TTLs (RFC 7671 8.1); the record of the key in use is not withdrawn; and what cannot be found
 * out holds the roll. */

#include "roll_steps.h"

#include <string.h>

#include "roll_pair.h"
#include "roll_plan.h"

static void look(struct roll *roll, struct roll_look *seen, const char *first,
	const char *second)
{
	const char *const digests[ROLL_DIGEST_MAX] = { first, second };
	roll->host->look(roll->host->arg, seen, roll->key, digests);
}

static enum roll_result hold_by(struct roll *roll, const struct roll_look *seen)
{
	return roll_hold(roll, seen->advice, "%s", seen->why);
}

static enum roll_result hold_missing(struct roll *roll, const struct roll_look *seen)
{
	return roll_hold(roll, "publish it again, or see to this server",
		"the record of the key in use is missing: %s lacks it",
		seen->sights[0].lacks);
}

/* The longest TTL counts for the wait. */
static void count_ttl(struct roll_state *state, const struct roll_look *seen)
{
	state->ttl = seen->ttl > state->ttl ? seen->ttl : state->ttl;
}

/* At all names of the key. */
static enum roll_result publish(struct roll *roll, const struct roll_look *seen,
	const char *digest, bool remove)
{
	struct roll_state *state = &roll->state;
	bool again = state->publishing;
	if (remove && strcmp(digest, state->current) == 0) {
		return roll_hold(roll, "report this", "the key to withdraw is in use");
	}
	state->publishing = true;
	if (!roll_save(roll)) {
		return roll_failed(roll, "see to the folder of the state");
	}
	for (size_t i = 0; i < roll->key->name_count; i++) {
		const struct roll_place *place = &seen->places[i];
		const struct roll_record record = { .owner = roll->key->names[i],
			.zone = place->zone,
			.digest = digest,
			.ttl = place->has_records ? place->ttl : roll->key->ttl,
			.remove = remove,
			.again = again };
		if (!roll->host->publish(roll->host->arg, roll->key, &record, roll->why)) {
			return roll_failed(roll, "see to what publishes the record");
		}
		roll_tell(roll, remove ? "record withdrawn" : "record published",
			", name %s, record 3 1 1 %s, ttl %lu", record.owner, digest,
			(unsigned long)record.ttl);
	}
	state->publishing = false;
	return ROLL_GO_ON;
}

static bool is_patient(const struct roll *roll)
{
	return roll_now(roll) - roll->state.entered < ROLL_PATIENCE;
}

static bool is_due(const struct roll *roll)
{
	return roll_now(roll) >= roll_not_before(&roll->state, roll->key);
}

static enum roll_result hold_changed(struct roll *roll, const char *found,
	const char *advice)
{
	return roll_hold(roll, advice,
		"the key in use was changed by somebody else, key %s", found);
}

/* Is this the key in use? */
static enum roll_result check_in_use(struct roll *roll, const char *digest,
	const char *advice)
{
	char found[ROLL_DIGEST_SIZE];
	if (!roll_pair_in_use(roll->key, found, roll->why)) {
		return roll_failed(roll,
			"correct 'key-file' and 'cert-file', or what is in them");
	}
	return strcmp(found, digest) == 0 ? ROLL_GO_ON : hold_changed(roll, found, advice);
}

/* The wait for the record of a new key cannot go on. Saves the state first: a server that lacks the
 * record must not be forgotten. */
static enum roll_result not_adopted(struct roll *roll, const struct roll_look *seen)
{
	if (!roll_save(roll)) {
		return roll_failed(roll, "see to the folder of the state");
	}
	if (!seen->complete) {
		return hold_by(roll, seen);
	}
	if (is_patient(roll)) {
		return ROLL_DONE;
	}
	return roll_hold(roll, "see to this server",
		"the record of the key in use is not everywhere: %s lacks it",
		seen->sights[0].lacks);
}

/* The key in use is new to us: its record is published, and must be seen. */
static enum roll_result adopt(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	char found[ROLL_DIGEST_SIZE];
	if (!roll_pair_in_use(roll->key, found, roll->why)) {
		return roll_failed(roll,
			"create the first key and certificate, or correct 'key-file' and "
			"'cert-file'");
	}
	if (strcmp(found, state->current) != 0) {
		memcpy(state->current, found, sizeof(found));
		state->published = state->seen = state->ttl = 0;
	}
	look(roll, &seen, state->current, "");
	if (!seen.sights[0].everywhere) {
		state->seen = 0; /* the wait begins anew */
		count_ttl(state, &seen);
	}
	if (!seen.complete) {
		return not_adopted(roll, &seen);
	}
	if (seen.sights[0].everywhere) {
		/* Until then, some may go by its absence. */
		state->seen = state->seen != 0 ? state->seen : roll_now(roll);
		if (!is_due(roll)) {
			return roll_save(roll) ?
				ROLL_DONE :
				roll_failed(roll, "see to the folder of the state");
		}
		state->began = roll_now(roll);
		state->published = state->seen = state->ttl = 0;
		roll_tell(roll, "key taken over", ", key %s", state->current);
		return roll_enter(roll, ROLL_IDLE);
	}
	if (state->published == 0 || (seen.sights[0].nowhere && !is_patient(roll))) {
		enum roll_result result = publish(roll, &seen, state->current, false);
		if (result != ROLL_GO_ON) {
			return result;
		}
		state->published = roll_now(roll);
		result = roll_enter(roll, ROLL_ADOPT);
		return result == ROLL_GO_ON ? ROLL_DONE : result;
	}
	return not_adopted(roll, &seen);
}

static enum roll_result idle(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	char found[ROLL_DIGEST_SIZE];
	if (!roll_pair_in_use(roll->key, found, roll->why)) {
		return roll_failed(roll,
			"correct 'key-file' and 'cert-file', or what is in them");
	}
	if (strcmp(found, state->current) != 0) {
		roll_tell(roll, "key was changed by somebody else", ", key %s", found);
		return roll_enter(roll, ROLL_ADOPT);
	}
	if (roll->wish != ROLL_NOW && !is_due(roll)) {
		return ROLL_DONE;
	}
	look(roll, &seen, state->current, "");
	if (!seen.complete) {
		return hold_by(roll, &seen);
	}
	if (!seen.sights[0].everywhere) {
		return hold_missing(roll, &seen);
	}
	if (!roll_pair_make(roll->key, state->next, roll->why)) {
		state->next[0] = '\0';
		return roll_failed(roll, "see to the folder of 'key-file' and 'cert-file'");
	}
	if (strcmp(state->next, state->current) == 0) {
		state->next[0] = '\0';
		return roll_hold(roll, "remove the files that end in .next",
			"the next key is the one in use");
	}
	roll->wish = ROLL_ON_TIME;
	state->published = state->seen = state->ttl = state->switched = 0;
	roll_tell(roll, "next key made", ", key %s", state->next);
	return roll_enter(roll, ROLL_PUBLISH);
}

/* Both keys are where they must be: the one in use, and the next one beside it. */
static enum roll_result check_next(struct roll *roll)
{
	char made[ROLL_DIGEST_SIZE];
	enum roll_result result = check_in_use(roll, roll->state.current,
		"put it back, or give this roll up: dance roll --abort");
	if (result != ROLL_GO_ON) {
		return result;
	}
	if (!roll_pair_make(roll->key, made, roll->why)) {
		return roll_failed(roll, "see to the folder of 'key-file' and 'cert-file'");
	}
	return strcmp(made, roll->state.next) == 0 ?
		ROLL_GO_ON :
		roll_hold(roll, "give this roll up: dance roll --abort",
			"the file of the next key is gone or has another key");
}

static enum roll_result publish_next(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	enum roll_result result = check_next(roll);
	if (result != ROLL_GO_ON) {
		return result;
	}
	look(roll, &seen, state->current, state->next);
	if (!seen.complete) {
		return hold_by(roll, &seen);
	}
	if (!seen.sights[0].everywhere) {
		return hold_missing(roll, &seen);
	}
	/* What is there now will not be there to be seen any more. */
	count_ttl(state, &seen);
	if (!seen.sights[1].everywhere) {
		result = publish(roll, &seen, state->next, false);
		if (result != ROLL_GO_ON) {
			return result;
		}
	}
	state->publishing = false;
	state->published = roll_now(roll);
	state->seen = 0;
	return roll_enter(roll, ROLL_SPREAD);
}

/* The wait for the record of the next key cannot go on. Saves the state first: whatever else holds
 * the roll, a server that lacks the record must not be forgotten. */
static enum roll_result not_spread(struct roll *roll, const struct roll_look *seen)
{
	if (!roll_save(roll)) {
		return roll_failed(roll, "see to the folder of the state");
	}
	if (!seen->complete) {
		return hold_by(roll, seen);
	}
	if (!seen->sights[0].everywhere) {
		return hold_missing(roll, seen);
	}
	if (is_patient(roll)) {
		return ROLL_DONE;
	}
	if (seen->sights[1].nowhere) {
		return roll_enter(roll, ROLL_PUBLISH);
	}
	return roll_hold(roll, "see to this server",
		"the record of the next key is not everywhere: %s lacks it",
		seen->sights[1].lacks);
}

static enum roll_result spread(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	enum roll_result result = check_next(roll);
	if (result != ROLL_GO_ON) {
		return result;
	}
	look(roll, &seen, state->current, state->next);
	count_ttl(state, &seen);
	if (!seen.sights[1].everywhere) {
		state->seen = 0; /* the wait begins anew */
	}
	if (!seen.complete || !seen.sights[0].everywhere || !seen.sights[1].everywhere) {
		return not_spread(roll, &seen);
	}
	if (state->seen == 0) {
		state->seen = roll_now(roll);
		roll_tell(roll, "record of the next key seen everywhere",
			", key %s, servers %zu, ttl %lld", state->next, seen.servers,
			(long long)state->ttl);
	}
	if (!is_due(roll)) {
		return roll_save(roll) ?
			ROLL_DONE :
			roll_failed(roll, "see to the folder of the state");
	}
	return roll_enter(roll, ROLL_SWITCH);
}

/* Comes here from spread(), or from a run that was interrupted: then DNS is asked again. */
static enum roll_result may_switch(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	char found[ROLL_DIGEST_SIZE];
	if (!roll_pair_key(roll->key->key_file, found, roll->why)) {
		return roll_failed(roll, "correct 'key-file', or what is in it");
	}
	if (strcmp(found, state->next) == 0) {
		return ROLL_GO_ON; /* it has been switched already */
	}
	if (strcmp(found, state->current) != 0) {
		return hold_changed(roll, found,
			"put it back, or give this roll up: dance roll --abort");
	}
	look(roll, &seen, state->current, state->next);
	count_ttl(state, &seen);
	if (!seen.sights[1].everywhere) {
		state->seen = 0;
		return roll_enter(roll, ROLL_SPREAD) == ROLL_GO_ON ?
			roll_hold(roll, "see to this server",
				"the record of the next key is gone again: %s lacks it",
				seen.sights[1].lacks) :
			ROLL_FAILED;
	}
	if (!seen.complete) {
		return hold_by(roll, &seen);
	}
	return seen.sights[0].everywhere ? ROLL_GO_ON : hold_missing(roll, &seen);
}

static enum roll_result switch_key(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	enum roll_result result = may_switch(roll);
	if (result != ROLL_GO_ON) {
		return result;
	}
	if (!roll_pair_switch(roll->key, state->current, state->next, roll->why)) {
		return roll_failed(roll, "see to the folder of 'key-file' and 'cert-file'");
	}
	if (!roll->host->reload(roll->host->arg, roll->key, state->next, roll->why)) {
		return roll_failed(roll, "see to what 'reload' runs");
	}
	roll_tell(roll, "key switched", ", key %s", state->next);
	memcpy(state->old, state->current, sizeof(state->old));
	memcpy(state->current, state->next, sizeof(state->current));
	state->next[0] = '\0';
	state->began = state->switched = roll_now(roll);
	return roll_enter(roll, ROLL_KEEP);
}

static enum roll_result keep(struct roll *roll)
{
	return is_due(roll) ? roll_enter(roll, ROLL_WITHDRAW) : ROLL_DONE;
}

static enum roll_result withdraw(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	enum roll_result result = check_in_use(roll, state->current,
		"put the new key back");
	if (result != ROLL_GO_ON) {
		return result;
	}
	look(roll, &seen, state->current, state->old);
	if (!seen.complete) {
		return hold_by(roll, &seen);
	}
	if (!seen.sights[0].everywhere) {
		return hold_missing(roll, &seen);
	}
	if (!seen.sights[1].nowhere) {
		result = publish(roll, &seen, state->old, true);
		if (result != ROLL_GO_ON) {
			return result;
		}
	}
	state->publishing = false;
	return roll_enter(roll, ROLL_CLEAN);
}

static enum roll_result clean(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	enum roll_result result = check_in_use(roll, state->current,
		"put the new key back");
	if (result != ROLL_GO_ON) {
		return result;
	}
	look(roll, &seen, state->current, state->old);
	if (!seen.complete) {
		return hold_by(roll, &seen);
	}
	if (!seen.sights[0].everywhere) {
		return hold_missing(roll, &seen);
	}
	if (!seen.sights[1].nowhere) {
		if (is_patient(roll)) {
			return ROLL_DONE;
		}
		return seen.sights[1].everywhere ?
			roll_enter(roll, ROLL_WITHDRAW) :
			roll_hold(roll, "see to this server",
				"the record of the old key is still there: %s has it",
				seen.sights[1].has);
	}
	if (!roll_pair_delete_old(roll->key, roll->why)) {
		return roll_failed(roll, "see to the folder of 'key-file' and 'cert-file'");
	}
	roll_tell(roll, "old key deleted", ", key %s", state->old);
	state->old[0] = '\0';
	state->published = state->seen = state->switched = state->ttl = 0;
	state->rolls++;
	return roll_enter(roll, ROLL_IDLE);
}

/* The next key was never used, so nobody can show it. */
static enum roll_result give_up(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	struct roll_look seen;
	char found[ROLL_DIGEST_SIZE];
	if (!roll_pair_key(roll->key->key_file, found, roll->why)) {
		return roll_failed(roll, "correct 'key-file', or what is in it");
	}
	if (strcmp(found, state->next) == 0) {
		return roll_hold(roll, "put the old key back first",
			"the next key is in use already");
	}
	look(roll, &seen, state->next, "");
	if (!seen.complete) {
		return hold_by(roll, &seen);
	}
	if (state->published == 0 || (seen.sights[0].everywhere && !is_patient(roll))) {
		/* No server may have the record because it is still on its way to them. */
		state->publishing = true;
		enum roll_result result = publish(roll, &seen, state->next, true);
		if (result != ROLL_GO_ON) {
			return result;
		}
		state->published = roll_now(roll);
		result = roll_enter(roll, ROLL_ABORT);
		return result == ROLL_GO_ON ? ROLL_DONE : result;
	}
	if (!seen.sights[0].nowhere) {
		return is_patient(roll) ?
			ROLL_DONE :
			roll_hold(roll, "see to this server",
				"the record of the next key is still there: %s has it",
				seen.sights[0].has);
	}
	if (!roll_pair_delete_next(roll->key, roll->why)) {
		return roll_failed(roll, "see to the folder of 'key-file' and 'cert-file'");
	}
	roll_tell(roll, "roll given up, next key deleted", ", key %s", state->next);
	state->next[0] = '\0';
	state->publishing = false;
	state->published = state->seen = state->ttl = 0;
	state->began = roll_now(roll);
	return roll_enter(roll, ROLL_IDLE);
}

enum roll_result roll_take_step(struct roll *roll)
{
	switch (roll->state.step) {
	case ROLL_ADOPT:
		return adopt(roll);
	case ROLL_IDLE:
		return idle(roll);
	case ROLL_PUBLISH:
		return publish_next(roll);
	case ROLL_SPREAD:
		return spread(roll);
	case ROLL_SWITCH:
		return switch_key(roll);
	case ROLL_KEEP:
		return keep(roll);
	case ROLL_WITHDRAW:
		return withdraw(roll);
	case ROLL_CLEAN:
		return clean(roll);
	case ROLL_ABORT:
	default:
		return give_up(roll);
	}
}
