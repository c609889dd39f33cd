/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNSSEC-validated lookups with a deadline, by libunbound. One thread uses it; only
 * resolver_wake() may be called from others. Knows no peers. */

#pragma once

#include "resolver_answer.h"
#include "trust_anchor.h"

/* The cache that answered a name is not asked about it again once it is this old: a
 * refresh has to see what is published now, not what we remember. */
#define RESOLVER_GENERATION_MS 5000

/* The clock on the wall has been set if it is so far off. One that runs a little too fast or too
 * slow is so at the end of a day; that does no harm. */
#define RESOLVER_STEP_MS 2000

/* Told of the end of a lookup: the resolver's `arg` and the lookup's `subject`. */
typedef void (*resolver_done)(void *arg, void *subject,
	const struct resolver_answer *answer);

struct resolver;

/* Strings are copied. NULL when out of memory. */
struct resolver *resolver_new(const struct dance_context_options *options,
	resolver_done done, void *arg);

/* Lookups under way are dropped: their callbacks are not called. NULL is fine. */
void resolver_free(struct resolver *resolver);

/* Starts a lookup of the TLSA records at this name (presentation form), in a cache
 * generation other than `past` if that one is older than RESOLVER_GENERATION_MS. `done` is
 * called once, from resolver_wait(). Returns the generation asked, never 0; or 0 when no
 * lookup can be made, with a sentence in `why`. */
uint32_t resolver_start(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE]);

/* The same of the PTR records at this name: a list of clients. */
uint32_t resolver_start_names(struct resolver *resolver, const char *name, uint32_t past,
	void *subject, char why[DANCE_ERROR_SIZE]);

/* Sleeps until there is something to do, resolver_wake() is called, or `timeout_ms` have passed
 * (negative: for ever). Then takes the lookups under way one step further, and calls `done` for
 * those that have ended. Lookups only go on in here, so it must be called again and again. */
void resolver_wait(struct resolver *resolver, int timeout_ms);

/* Why there may be no answers: none of the servers that all depends on has given one. Empty if
 * one has. Not while another thread is in resolver_wait(). */
void resolver_say_silence(const struct resolver *resolver, char text[DANCE_ERROR_SIZE]);

/* What has become of the trust anchor's file since this was called last, and in `anchor` its path,
 * what is wrong with it, and what of the root's keys it does not follow. The file is looked at by
 * resolver_start() and resolver_wait(); keys that have come count for all lookups that start from
 * then on. */
enum trust_anchor_news resolver_anchor_news(struct resolver *resolver,
	const struct trust_anchor **anchor);

/* Ends the current or the next resolver_wait(). Any thread. */
void resolver_wake(struct resolver *resolver);

/* Is this an address that options.forwarders takes ("ADDR" or "ADDR@PORT")? */
bool resolver_check_forwarder(const char *address);
