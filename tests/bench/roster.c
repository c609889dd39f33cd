/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance_verify() on a warm roster of many names, of which the last holds the key; and the same
 * where they all are names below one suffix, which peers have claimed. */

#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dance.h"
#include "made_up.h"

#define NAME_SIZE 48

struct roster_judge {
	struct dance_context *context;
	struct dance_roster *roster;
	struct dance_octets chain;
	struct dance_peer peer;
	char client_id[NAME_SIZE]; /* below a suffix */
};

static bool run(void *judge)
{
	struct roster_judge *roster = judge;
	struct dance_result result;
	result.size = sizeof(result);
	return dance_verify(roster->roster, &roster->peer, &result) == DANCE_ALLOW;
}

static void end(void *judge)
{
	struct roster_judge *roster = judge;
	dance_roster_free(roster->roster);
	dance_context_free(roster->context);
	free(roster);
}

static struct dance_roster *make_roster(struct dance_context *context, size_t count)
{
	char error[DANCE_ERROR_SIZE];
	char(*texts)[NAME_SIZE] = calloc(count, sizeof(*texts));
	const char **names = calloc(count, sizeof(*names));
	struct dance_roster *roster = NULL;
	if (texts != NULL && names != NULL) {
		for (size_t i = 0; i < count; i++) {
			snprintf(texts[i], NAME_SIZE, "n%zu._xfr-client.example.net", i);
			names[i] = texts[i];
		}
		roster = dance_roster_new(context, names, count, NULL, error);
	}
	free(texts);
	free(names);
	return roster;
}

static struct roster_judge *make_judge(const struct subject *subject, size_t names)
{
	struct roster_judge *judge = calloc(1, sizeof(*judge));
	if (judge == NULL) {
		return NULL;
	}
	made_up_say(subject->digest, names - 1);
	judge->chain = (struct dance_octets){ subject->certificate,
		subject->certificate_size };
	judge->peer = (struct dance_peer){
		.size = sizeof(struct dance_peer), .chain = &judge->chain, .chain_count = 1
	};
	return judge;
}

static void *begin(const struct subject *subject, size_t names)
{
	struct roster_judge *judge = make_judge(subject, names);
	if (judge == NULL) {
		return NULL;
	}
	judge->context = dance_context_new(NULL);
	judge->roster = judge->context == NULL ? NULL : make_roster(judge->context, names);

	/* Until the last name has its answer. */
	const struct timespec pause = { 0, 10000000 };
	bool warm = false;
	for (unsigned i = 0; judge->roster != NULL && !warm && i < 3000; i++) {
		warm = run(judge);
		nanosleep(&pause, NULL);
	}
	if (!warm) {
		end(judge);
		return NULL;
	}
	return judge;
}

static void say_name(struct roster_judge *judge, size_t number)
{
	judge->peer.client_id_size = (size_t)snprintf(judge->client_id, NAME_SIZE,
		"n%zu._xfr-client.example.net", number);
	judge->peer.client_id = judge->client_id;
}

/* Every name is claimed once, and the last one is the subject's. */
static bool claim_all(struct roster_judge *judge, size_t names)
{
	struct dance_result result = { .size = sizeof(result) };
	for (size_t i = 0; i < names; i++) {
		say_name(judge, i);
		dance_look_again(judge->roster, &judge->peer);
	}
	for (size_t i = 0; i < names; i++) {
		say_name(judge, i);
		if (dance_verify(judge->roster, &judge->peer, &result) !=
			(i == names - 1 ? DANCE_ALLOW : DANCE_DENY_MISMATCH)) {
			return false;
		}
	}
	return true;
}

static void *begin_below(const struct subject *subject, size_t names)
{
	static const char *const suffix = "*._xfr-client.example.net";
	const struct dance_context_options options = {
		.size = sizeof(options),
		.lookups_per_second = DANCE_LOOKUPS_PER_SECOND_MAX,
		.lookups_in_flight = MADE_UP_MAX,
		.lookups_queued = (unsigned)names,
		.remembered = (unsigned)names,
	};
	const struct dance_options patient = { .size = sizeof(patient),
		.timeout_ms = 60000 };
	char error[DANCE_ERROR_SIZE];
	struct roster_judge *judge = make_judge(subject, names);
	if (judge == NULL) {
		return NULL;
	}
	judge->context = dance_context_new(&options);
	judge->roster = judge->context == NULL ?
		NULL :
		dance_roster_new(judge->context, &suffix, 1, &patient, error);
	if (judge->roster == NULL || !claim_all(judge, names)) {
		end(judge);
		return NULL;
	}
	return judge;
}

const struct judge judge_below = { "libdance, below a suffix", begin_below, run, end };
const struct judge judge_roster = { "libdance, warm decision", begin, run, end };
