/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A context over the fake resolver and the fake clock, what stands in DNS, peers who come,
 * and the log that is kept of it. One scene at a time. */

#pragma once

#include "dance.h"
#include "fake_clock.h"
#include "fake_resolver.h"
#include "make_certificate.h"

#include <pthread.h>

/* For cmocka, around each test. The second checks that all log lines were printable. */
int scene_begin(void **state);
int scene_end(void **state);

extern struct dance_context *scene_context;

/* Makes the context anew with this many threads that may wait. */
void scene_allow_waiting(unsigned max_waiting);

/* Makes the context anew with these limits; the rest of the options is the scene's. */
void scene_limit(const struct dance_context_options *limits);

/* What stands in DNS from now on: a secure set of these records, or of one 3 1 1 record,
 * or another outcome. A name may be "*.suffix". */
void publish_records(const char *name, uint32_t ttl, const struct dance_tlsa *records,
	size_t count);
void publish(const char *name, uint32_t ttl, const struct credential *certificate);
void answer(const char *name, enum resolver_outcome outcome, uint32_t ttl, const char *why);

/* A list of clients, "@name", with these names, which have a blank between and live on. */
void publish_list(const char *list, uint32_t ttl, const char *names);

/* No answer before fake_resolver_release(). */
void publish_held(const char *name, uint32_t ttl, const struct credential *certificate);

/* Names with a blank between. Returns when their lookups are done or held. */
struct dance_roster *roster_of(const char *names, const struct dance_options *options);

/* Lets time pass, a second or less at once, and what falls due be done in it. */
void pass(uint64_t ms);

/* Decides on a peer with this certificate and perhaps a dane_clientid. */
enum dance_verdict verify(struct dance_roster *roster, const struct credential *certificate,
	const char *client_id, struct dance_result *result);
enum dance_verdict verify_raw_key(struct dance_roster *roster,
	const struct credential *certificate, const char *client_id,
	struct dance_result *result);

/* The same by a thread of its own, because it has to wait. */
struct asker {
	pthread_t thread;
	struct dance_roster *roster;
	const struct credential *certificate;
	const char *client_id;
	struct dance_result result;
	_Atomic bool decided;
};

void asker_begin(struct asker *asker, struct dance_roster *roster,
	const struct credential *certificate, const char *client_id);
enum dance_verdict asker_end(struct asker *asker);

/* Returns when the only asker there is waits, or has decided. */
void await_asker(struct asker *asker);

/* Returns when so many threads wait for lookups. */
void await_waiting(unsigned count);

/* Returns when one thread that waits has looked at the clock as it is now. */
void await_look(void);

/* How many lines of the log hold this? */
unsigned log_count(const char *part);
void log_clear(void);

/* The threads that the context began, and those that ended. */
unsigned threads_begun(void);
unsigned threads_ended(void);
