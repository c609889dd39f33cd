/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of a decision that does not wait, in the example of the manual with a client: it
 * is undecided at first, wakes its host a little later, and then judges by one record, 3 1 1, the
 * digest in hexadecimal in the environment. */

#include "dance.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DIGEST_SIZE 32

struct dance_decision {
	struct dance_peer peer;
	dance_wake *wake;
	void *arg;
	bool began;
	pthread_t thread;
};

static void *answer(void *arg)
{
	struct dance_decision *decision = arg;
	const struct timespec moment = { 0, 100000000 };
	nanosleep(&moment, NULL);
	decision->wake(decision->arg);
	return NULL;
}

struct dance_decision *dance_decision_new(struct dance_roster *roster,
	const struct dance_peer *peer, dance_wake *wake, void *arg)
{
	struct dance_decision *decision = calloc(1, sizeof(*decision));
	if (roster == NULL || decision == NULL) {
		abort();
	}
	decision->peer = *peer;
	decision->wake = wake;
	decision->arg = arg;
	return decision;
}

enum dance_verdict dance_decision_take(struct dance_decision *decision,
	struct dance_result *result)
{
	unsigned char digest[DIGEST_SIZE];
	const char *text = getenv("DANCE_TEST_DIGEST");
	for (size_t i = 0; i < sizeof(digest); i++) {
		if (text == NULL || sscanf(text + 2 * i, "%2hhx", &digest[i]) != 1) {
			abort();
		}
	}
	if (!decision->began) {
		decision->began = true;
		if (pthread_create(&decision->thread, NULL, answer, decision) != 0) {
			abort();
		}
		return result->verdict = DANCE_UNDECIDED;
	}
	const struct dance_options options = { .size = sizeof(options),
		.role = DANCE_SERVER };
	const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };
	return dance_judge(&decision->peer, "_853._tcp.ns1.example.com", &record, 1,
		&options, result);
}

void dance_decision_free(struct dance_decision *decision)
{
	if (decision != NULL && decision->began) {
		pthread_join(decision->thread, NULL);
	}
	free(decision);
}
