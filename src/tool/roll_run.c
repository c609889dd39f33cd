/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A run of a key's roll: its state is loaded, the steps that are due are taken, and what keeps it
 * from going on is noted. Does not know what a step does. */

#include "roll_steps.h"

#include <stdarg.h>
#include <string.h>

#include "reason.h"
#include "roll_pair.h"
#include "verdict.h"

#define STEP_MAX 16 /* of one run; a whole roll has fewer */

int64_t roll_now(const struct roll *roll)
{
	return roll->host->now(roll->host->arg);
}

/* --- what is said ------------------------------------------------------------------------- */

void roll_tell(const struct roll *roll, const char *what, const char *format, ...)
{
	va_list args;
	fprintf(roll->news, "%s, id %s", what, roll->key->id);
	va_start(args, format);
	vfprintf(roll->news, format, args);
	va_end(args);
	fputc('\n', roll->news);
	fflush(roll->news);
}

static enum roll_result end_with(struct roll *roll, enum roll_result result,
	const char *advice, const char *format, va_list args)
	__attribute__((format(printf, 4, 0)));
static enum roll_result end_with(struct roll *roll, enum roll_result result,
	const char *advice, const char *format, va_list args)
{
	(void)vsnprintf(roll->why, sizeof(roll->why), format, args);
	result_make_printable(roll->why);
	roll->advice = advice;
	return result;
}

enum roll_result roll_hold(struct roll *roll, const char *advice, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	enum roll_result result = end_with(roll, ROLL_HELD, advice, format, args);
	va_end(args);
	return result;
}

enum roll_result roll_failed(struct roll *roll, const char *advice)
{
	roll->advice = advice;
	return ROLL_FAILED;
}

/* --- the state ---------------------------------------------------------------------------- */

bool roll_save(struct roll *roll)
{
	return roll_state_save(&roll->state, roll->folder, roll->key->id, roll->why);
}

static enum roll_result saved(struct roll *roll)
{
	return roll_save(roll) ? ROLL_GO_ON :
				 roll_failed(roll, "see to the folder of the state");
}

enum roll_result roll_enter(struct roll *roll, enum roll_step step)
{
	roll->state.step = step;
	roll->state.entered = roll_now(roll);
	return saved(roll);
}

static void join_names(const struct roll_key *key, char *text, size_t size)
{
	size_t used = 0;
	for (size_t i = 0; i < key->name_count && used < size; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? " " : "",
			key->names[i]);
	}
}

bool roll_load(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	char names[sizeof(state->names)] = "";
	enum roll_load found = roll_state_load(state, roll->folder, roll->key->id,
		roll->why);
	if (found == ROLL_UNREADABLE) {
		roll->advice =
			"correct or remove this file; without it, the next run begins anew";
		return false;
	}
	join_names(roll->key, names, sizeof(names));
	if (found == ROLL_NOT_THERE) {
		state->step = ROLL_ADOPT;
		state->entered = roll_now(roll);
		memcpy(state->names, names, sizeof(names));
		return true;
	}
	if (strcmp(names, state->names) == 0) {
		return true;
	}
	if (state->step == ROLL_IDLE || state->step == ROLL_ADOPT) {
		/* A name that is new has to be seen as well. */
		memcpy(state->names, names, sizeof(names));
		state->step = ROLL_ADOPT;
		state->published = state->seen = 0;
		return true;
	}
	roll->advice = "put the old names back until the roll has ended";
	return reason_say(roll->why,
		"the names of the key were changed in the middle of a roll");
}

/* Whatever lies in the future is of a clock that was wrong: it counts from now on. */
static void mend_times(struct roll_state *state, int64_t time)
{
	int64_t *const times[] = { &state->entered, &state->began, &state->published,
		&state->seen, &state->switched, &state->held };
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		*times[i] = *times[i] > time ? time : *times[i];
	}
}

static enum roll_result begin_to_give_up(struct roll *roll)
{
	struct roll_state *state = &roll->state;
	char found[ROLL_DIGEST_SIZE];
	switch (state->step) {
	case ROLL_PUBLISH:
	case ROLL_SPREAD:
	case ROLL_SWITCH:
		break;
	case ROLL_ABORT:
		return ROLL_GO_ON;
	case ROLL_ADOPT:
	case ROLL_IDLE:
		return roll_hold(roll, "", "there is no roll to give up");
	case ROLL_KEEP:
	case ROLL_WITHDRAW:
	case ROLL_CLEAN:
	default:
		return roll_hold(roll,
			"let this roll end, and begin another one: dance roll --now",
			"the next key is in use already");
	}
	if (!roll_pair_key(roll->key->key_file, found, roll->why)) {
		return roll_failed(roll, "correct 'key-file', or what is in it");
	}
	if (strcmp(found, state->next) == 0) {
		return roll_hold(roll,
			"let this roll end, and begin another one: dance roll --now",
			"the next key is in use already");
	}
	state->published = 0;
	return roll_enter(roll, ROLL_ABORT);
}

/* Since when it has been held, and why, for whoever asks later. */
static enum roll_result note(struct roll *roll, enum roll_result result)
{
	struct roll_state *state = &roll->state;
	char why[DANCE_ERROR_SIZE];
	if (result == ROLL_DONE) {
		roll->why[0] = '\0';
	}
	memcpy(why, roll->why, sizeof(why));
	if (strcmp(state->reason, why) == 0 || state->current[0] == '\0') {
		return result;
	}
	state->held = why[0] == '\0' ? 0 : state->held != 0 ? state->held : roll_now(roll);
	memcpy(state->reason, why, sizeof(why));
	if (!roll_save(roll) && result == ROLL_DONE) {
		return roll_failed(roll, "see to the folder of the state");
	}
	memcpy(roll->why, why, sizeof(why));
	return result;
}

enum roll_result roll_run(struct roll *roll)
{
	enum roll_result result = ROLL_GO_ON;
	roll->advice = "";
	if (!roll_load(roll)) {
		return ROLL_FAILED;
	}
	mend_times(&roll->state, roll_now(roll));
	if (roll->wish == ROLL_GIVE_UP) {
		result = begin_to_give_up(roll);
		if (result != ROLL_GO_ON) {
			return result;
		}
	}
	for (unsigned i = 0; i < STEP_MAX && result == ROLL_GO_ON; i++) {
		result = roll_take_step(roll);
	}
	return note(roll, result == ROLL_GO_ON ? ROLL_DONE : result);
}
