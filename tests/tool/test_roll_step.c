/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One step at a time: for each situation, what is done in which order, what is said, and all of
 * the state that it leaves. test_roll_steps.c has steps one after another. */

#include "../check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roll_pair.h"
#include "roll_steps.h"

#define NOW 1800000000

/* Keys are "a", in use before the roll, "b", the next one, and "c", which nobody has asked for. */
struct row {
	const char *name;
	struct roll_state state; /* its keys are those that the step needs */
	enum roll_wish wish;
	int64_t age;        /* seconds since the step was entered */
	const char *in_use; /* by the files; NULL: "a" */
	const char *key;    /* in 'key-file'; NULL: "a" */
	const char *made;   /* the next one; NULL: "b" */
	const char *sights; /* of two records: everywhere, nowhere, or in part */
	bool incomplete;    /* not all have answered */
	bool has_records;   /* there are others, whose TTL is 20 */
	size_t names;       /* 0: one */
	const char *fail;   /* what fails; NULL: nothing */
	unsigned at;        /* at which time; 0: the first */
	const char *told;   /* calls; news; how it ends; the state */
};

static const struct row *row;
static FILE *told;
static unsigned fails_at;

/* A call; does it fail? */
static bool call(const char *word, char *why)
{
	fprintf(told, "%s ", word);
	if (row->fail == NULL || strcmp(row->fail, word) != 0 || --fails_at != 0) {
		return false;
	}
	snprintf(why, DANCE_ERROR_SIZE, "%s failed", word);
	return true;
}

/* --- files ------------------------------------------------------------------------------- */

static bool give(const char *word, const char *key, const char *usual, char *digest,
	char *why)
{
	if (call(word, why)) {
		strcpy(digest, "?");
		return false;
	}
	strcpy(digest, key != NULL ? key : usual);
	return true;
}

bool __wrap_roll_pair_in_use(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_in_use(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	(void)key;
	return give("in-use", row->in_use, "a", digest, why);
}

bool __wrap_roll_pair_key(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_key(const char *path, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	assert_string_equal(path, "/a.key");
	return give("key", row->key, "a", digest, why);
}

bool __wrap_roll_pair_make(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_make(const struct roll_key *key, char digest[ROLL_DIGEST_SIZE],
	char why[DANCE_ERROR_SIZE])
{
	(void)key;
	return give("make", row->made, "b", digest, why);
}

bool __wrap_roll_pair_switch(const struct roll_key *key, const char *current,
	const char *next, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_switch(const struct roll_key *key, const char *current,
	const char *next, char why[DANCE_ERROR_SIZE])
{
	(void)key;
	assert_string_equal(current, "a");
	assert_string_equal(next, "b");
	return !call("switch", why);
}

bool __wrap_roll_pair_delete_old(const struct roll_key *key, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_delete_old(const struct roll_key *key, char why[DANCE_ERROR_SIZE])
{
	(void)key;
	return !call("delete-old", why);
}

bool __wrap_roll_pair_delete_next(const struct roll_key *key, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_pair_delete_next(const struct roll_key *key, char why[DANCE_ERROR_SIZE])
{
	(void)key;
	return !call("delete-next", why);
}

/* What a run that is killed here would be followed by. */
bool __wrap_roll_state_save(const struct roll_state *state, const char *folder,
	const char *id, char why[DANCE_ERROR_SIZE]);
bool __wrap_roll_state_save(const struct roll_state *state, const char *folder,
	const char *id, char why[DANCE_ERROR_SIZE])
{
	assert_string_equal(folder, "/state");
	assert_string_equal(id, "k");
	bool failed = call("save", why);
	fprintf(told, "(%s%s) ", roll_step_name(state->step),
		state->publishing ? ", publishing" : "");
	return !failed;
}

/* --- the host ---------------------------------------------------------------------------- */

static int64_t host_now(void *arg)
{
	assert_ptr_equal(arg, &told);
	return NOW;
}

static void host_look(void *arg, struct roll_look *look, const struct roll_key *key,
	const char *const digests[ROLL_DIGEST_MAX])
{
	(void)key;
	assert_ptr_equal(arg, &told);
	fprintf(told, "look (%s%s%s) ", digests[0], digests[1][0] != '\0' ? ", " : "",
		digests[1]);
	roll_look_begin(look);
	look->servers = 3;
	look->ttl = 30;
	for (size_t i = 0; i < ROLL_NAME_MAX; i++) {
		struct roll_place *place = &look->places[i];
		snprintf(place->zone, sizeof(place->zone), "zone%zu", i);
		place->has_records = row->has_records;
		place->ttl = row->has_records ? 20 : 0;
	}
	for (size_t i = 0; i < ROLL_DIGEST_MAX; i++) {
		struct roll_sight *sight = &look->sights[i];
		char seen = row->sights != NULL ? row->sights[i] : 'E';
		sight->everywhere = seen == 'E';
		sight->nowhere = seen == 'N';
		snprintf(sight->has, sizeof(sight->has), "has%zu", i);
		snprintf(sight->lacks, sizeof(sight->lacks), "lacks%zu", i);
	}
	if (row->incomplete) {
		roll_look_fail(look, "see to it", "no answer");
	}
}

static bool host_publish(void *arg, const struct roll_key *key,
	const struct roll_record *record, char why[DANCE_ERROR_SIZE])
{
	(void)key;
	assert_ptr_equal(arg, &told);
	bool failed = call("publish", why);
	fprintf(told, "(%s%s at %s in %s, ttl %u%s) ", record->remove ? "-" : "+",
		record->digest, record->owner, record->zone, record->ttl,
		record->again ? ", again" : "");
	return !failed;
}

static bool host_reload(void *arg, const struct roll_key *key, const char *digest,
	char why[DANCE_ERROR_SIZE])
{
	(void)key;
	assert_ptr_equal(arg, &told);
	bool failed = call("reload", why);
	fprintf(told, "(%s) ", digest);
	return !failed;
}

/* --- steps ------------------------------------------------------------------------------- */

static void print_time(const char *name, int64_t time)
{
	if (time > NOW / 2) {
		fprintf(told, ", %s %+lld", name, (long long)(time - NOW));
	} else if (time != 0) {
		fprintf(told, ", %s at %lld", name, (long long)time);
	}
}

static void print_state(const struct roll_state *state)
{
	fprintf(told, "%s, keys %s %s %s", roll_step_name(state->step), state->current,
		state->next[0] != '\0' ? state->next : "-",
		state->old[0] != '\0' ? state->old : "-");
	fprintf(told, "%s", state->publishing ? ", publishing" : "");
	print_time("entered", state->entered);
	print_time("began", state->began);
	print_time("published", state->published);
	print_time("seen", state->seen);
	print_time("switched", state->switched);
	fprintf(told, ", ttl %lld, rolls %u\n", (long long)state->ttl, state->rolls);
}

static char id[] = "k", first[] = "x.example", second[] = "y.example", path[] = "/a.key";

static struct roll_state state_before(void)
{
	struct roll_state state = row->state;
	bool ends = state.step >= ROLL_KEEP && state.step <= ROLL_CLEAN;
	bool next = (state.step >= ROLL_PUBLISH && state.step <= ROLL_SWITCH) ||
		state.step == ROLL_ABORT;
	strcpy(state.current, ends ? "b" : "a");
	strcpy(state.next, next ? "b" : "");
	if (ends && state.old[0] == '\0') {
		strcpy(state.old, "a");
	}
	state.entered = NOW - row->age;
	return state;
}

static void take_step(void)
{
	static const char *const results[] = { "done", "held", "failed", "go on" };
	static const struct roll_host host = { &told, host_now, host_look, host_publish,
		host_reload };
	const struct roll_key key = { .id = id,
		.names = { first, second },
		.name_count = row->names != 0 ? row->names : 1,
		.key_file = path,
		.every_s = 1000,
		.keep_s = 50,
		.ttl = 10 };
	char *news;
	size_t size;
	struct roll roll = { .key = &key,
		.folder = "/state",
		.host = &host,
		.wish = row->wish,
		.state = state_before(),
		.advice = "" };
	roll.news = open_memstream(&news, &size);
	assert_non_null(roll.news);
	fails_at = row->at != 0 ? row->at : 1;
	enum roll_result result = roll_take_step(&roll);
	fclose(roll.news);
	fprintf(told, "\n%s%s", news, results[result]);
	if (result == ROLL_HELD || result == ROLL_FAILED) {
		fprintf(told, ": %s; %s", roll.why, roll.advice);
	}
	fprintf(told, "%s\n", roll.wish != row->wish ? ", the wish is granted" : "");
	print_state(&roll.state);
	free(news);
}

static const struct row rows[] = {
#include "roll_begin_rows.h"
#include "roll_end_rows.h"
};

static void test_each_situation(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *text;
		size_t size;
		row = &rows[i];
		told = open_memstream(&text, &size);
		assert_non_null(told);
		take_step();
		fclose(told);
		if (strcmp(text, row->told) != 0) {
			fail_msg("%s:\n%s", row->name, text);
		}
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_situation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
