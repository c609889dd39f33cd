/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When each step of a roll is due, and how a roll stands. The plan says the earliest times: what
 * DNS does not show yet takes longer. */

#include "roll_plan.h"

#include <string.h>

#include "moment.h"

int64_t roll_spread_time(int64_t ttl)
{
	return 2 * ttl;
}

int64_t roll_not_before(const struct roll_state *state, const struct roll_key *key)
{
	switch (state->step) {
	case ROLL_ADOPT:
		return state->seen != 0 && state->published != 0 ?
			state->seen + state->ttl :
			0;
	case ROLL_IDLE:
		return key->every_s != 0 ? state->began + key->every_s : INT64_MAX;
	case ROLL_SPREAD:
		return state->seen != 0 ? state->seen + roll_spread_time(state->ttl) : 0;
	case ROLL_KEEP:
		return state->switched + key->keep_s;
	case ROLL_PUBLISH:
	case ROLL_SWITCH:
	case ROLL_WITHDRAW:
	case ROLL_CLEAN:
	case ROLL_ABORT:
	default:
		return 0;
	}
}

/* --- how it stands ------------------------------------------------------------------------ */

static void print_key(FILE *out, const char *what, const char *digest)
{
	if (digest[0] != '\0') {
		fprintf(out, ", %s %s", what, digest);
	}
}

void roll_status_print(FILE *out, const struct roll *roll, const char *wrong)
{
	const struct roll_state *state = &roll->state;
	char moment[MOMENT_SIZE];
	if (wrong != NULL) {
		fprintf(out, "%s: state unknown (%s)\n", roll->key->id, wrong);
		return;
	}
	int64_t due = roll_not_before(state, roll->key);
	fprintf(out, "%s: step %s", roll->key->id, roll_step_name(state->step));
	print_key(out, "key", state->current);
	print_key(out, "next", state->next);
	print_key(out, "old", state->old);
	if (due != 0 && due != INT64_MAX) {
		moment_to_text(due, moment);
		fprintf(out, ", until %s", moment);
	}
	if (state->held != 0) {
		moment_to_text(state->held, moment);
		fprintf(out, ", held since %s (%s)", moment, state->reason);
	}
	fputc('\n', out);
}

static void json_moment(struct json *json, const char *name, int64_t moment)
{
	char text[MOMENT_SIZE];
	if (moment == 0 || moment == INT64_MAX) {
		json_null(json, name);
		return;
	}
	moment_to_text(moment, text);
	json_text(json, name, text);
}

static void json_digest(struct json *json, const char *name, const char *digest)
{
	if (digest[0] == '\0') {
		json_null(json, name);
	} else {
		json_text(json, name, digest);
	}
}

static void open_key(struct json *json, const struct roll *roll)
{
	json_open(json, NULL, '{');
	json_text(json, "id", roll->key->id);
	json_open(json, "names", '[');
	for (size_t i = 0; i < roll->key->name_count; i++) {
		json_text(json, NULL, roll->key->names[i]);
	}
	json_close(json, ']');
}

static void put_status(struct json *json, const struct roll *roll)
{
	const struct roll_state *state = &roll->state;
	json_text(json, "step", roll_step_name(state->step));
	json_digest(json, "current", state->current);
	json_digest(json, "next", state->next);
	json_digest(json, "old", state->old);
	json_moment(json, "until", roll_not_before(state, roll->key));
	json_moment(json, "held", state->held);
	json_text(json, "reason", state->reason);
	json_number(json, "rolls", state->rolls);
}

void roll_status_print_json(struct json *json, const struct roll *roll, const char *wrong)
{
	open_key(json, roll);
	if (wrong != NULL) {
		json_null(json, "step");
		json_text(json, "reason", wrong);
	} else {
		put_status(json, roll);
	}
	json_close(json, '}');
}

/* --- what will be done -------------------------------------------------------------------- */

enum action {
	PUBLISH,
	SWITCH,
	WITHDRAW,
	DELETE,
	ACTION_COUNT,
};

static const char *const actions[] = { "publish", "switch", "withdraw", "delete" };

struct plan {
	int64_t times[ACTION_COUNT];
	size_t first; /* those before it are done */
	bool end;     /* a roll that is given up */
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void make_plan(struct plan *plan, const struct roll *roll,
	const struct roll_look *seen, int64_t now)
{
	const struct roll_state *state = &roll->state;
	int64_t due = later(now,
		roll->wish == ROLL_NOW ? 0 : roll_not_before(state, roll->key));
	uint32_t ttl = seen->complete && seen->ttl != 0 ? seen->ttl : roll->key->ttl;
	int64_t wait = roll_spread_time(later(ttl, state->ttl));
	int64_t *times = plan->times;
	*plan = (struct plan){ .end = state->step == ROLL_ABORT };
	switch (state->step) {
	case ROLL_SPREAD:
	case ROLL_SWITCH:
		plan->first = SWITCH;
		times[SWITCH] = state->step == ROLL_SPREAD && state->seen == 0 ?
			now + wait :
			due;
		break;
	case ROLL_KEEP:
	case ROLL_WITHDRAW:
		plan->first = WITHDRAW;
		times[WITHDRAW] = due;
		break;
	case ROLL_CLEAN:
		plan->first = DELETE;
		times[DELETE] = due;
		break;
	case ROLL_ADOPT:
		if (roll->wish != ROLL_NOW) {
			due = roll->key->every_s != 0 ? due + roll->key->every_s :
							INT64_MAX;
		}
		times[PUBLISH] = due;
		break;
	case ROLL_IDLE:
	case ROLL_PUBLISH:
	case ROLL_ABORT:
	default:
		times[PUBLISH] = due;
		break;
	}
	const int64_t waits[ACTION_COUNT] = { 0, wait, roll->key->keep_s, 0 };
	for (size_t i = plan->first + 1; i < ACTION_COUNT; i++) {
		times[i] = times[i - 1] == INT64_MAX ? INT64_MAX : times[i - 1] + waits[i];
	}
}

static void print_action(FILE *out, const struct roll *roll, enum action action)
{
	static const char *const by[] = { "by dynamic update", "by knotc", "by the hook" };
	const struct roll_key *key = roll->key;
	switch (action) {
	case PUBLISH:
		fprintf(out, "make the next key, publish its record %s", by[key->way]);
		break;
	case SWITCH:
		fprintf(out, "switch %s", key->key_file);
		if (key->cert_file != NULL && strcmp(key->cert_file, key->key_file) != 0) {
			fprintf(out, " and %s", key->cert_file);
		}
		if (key->reload != NULL) {
			fprintf(out, ", run %s", key->reload);
		}
		break;
	case WITHDRAW:
		fprintf(out, "withdraw the record of the old key %s", by[key->way]);
		break;
	case DELETE:
	case ACTION_COUNT:
	default:
		fputs("delete the old key, when no server has its record", out);
		break;
	}
}

void roll_plan_print(FILE *out, const struct roll *roll, const struct roll_look *seen,
	int64_t now)
{
	struct plan plan;
	char moment[MOMENT_SIZE];
	roll_status_print(out, roll, NULL);
	if (!seen->complete) {
		fprintf(out, "  held now (%s); do: %s\n", seen->why, seen->advice);
	}
	make_plan(&plan, roll, seen, now);
	if (roll->state.step == ROLL_ADOPT) {
		fputs("  at once: publish the record of the key in use, unless it is there\n",
			out);
	}
	if (plan.end) {
		fputs("  at once: withdraw the record of the next key, delete the next key\n",
			out);
	}
	for (size_t i = plan.first; i < ACTION_COUNT && !plan.end; i++) {
		moment_to_text(plan.times[i], moment);
		if (plan.times[i] == INT64_MAX) {
			fputs("  after --now: ", out);
		} else {
			fprintf(out, "  not before %s: ", moment);
		}
		print_action(out, roll, (enum action)i);
		fputc('\n', out);
	}
}

void roll_plan_print_json(struct json *json, const struct roll *roll,
	const struct roll_look *seen, int64_t now)
{
	struct plan plan;
	make_plan(&plan, roll, seen, now);
	open_key(json, roll);
	put_status(json, roll);
	json_text(json, "dns", seen->why);
	json_open(json, "plan", '[');
	for (size_t i = plan.first; i < ACTION_COUNT && !plan.end; i++) {
		json_open(json, NULL, '{');
		json_text(json, "action", actions[i]);
		json_moment(json, "not_before", plan.times[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}
