/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Hosts with a decision that never waits, over scene.h's DNS: what a host does, and how often it
 * is woken. */

#pragma once

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define NAME "a.example"

/* What was decided last. */
static struct dance_result result = { .size = sizeof(result) };

struct host {
	struct dance_decision *decision;
	atomic_uint wakes;
};

static inline void on_wake(void *arg)
{
	struct host *host = arg;
	atomic_fetch_add(&host->wakes, 1);
}

static inline void begin_with(struct host *host, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id, dance_wake *wake)
{
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &certificate->whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = client_id,
		.client_id_size = client_id != NULL ? strlen(client_id) : 0 };
	atomic_store(&host->wakes, 0);
	host->decision = dance_decision_new(roster, &peer, wake, host);
	assert_non_null(host->decision);
}

static inline void begin(struct host *host, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id)
{
	begin_with(host, roster, certificate, client_id, on_wake);
}

static inline enum dance_verdict take(struct host *host)
{
	memset(&result, 0xff, sizeof(result));
	result.size = sizeof(result);
	enum dance_verdict verdict = dance_decision_take(host->decision, &result);
	assert_int_equal(verdict, result.verdict);
	return verdict;
}

static inline unsigned wakes(struct host *host)
{
	fake_resolver_settle();
	return atomic_load(&host->wakes);
}

static inline void end(struct host *host)
{
	dance_decision_free(host->decision);
	host->decision = NULL;
}

static inline void begin_undecided(struct host *host, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id)
{
	begin(host, roster, certificate, client_id);
	check_verdict(take(host), DANCE_UNDECIDED);
}

static inline void rest(void)
{
	const struct timespec moment = { 0, 200000 };
	nanosleep(&moment, NULL);
}
