/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One libunbound context: what it is made of, and whether its trust anchor works. It has no
 * thread and waits for nothing by itself: an event loop does. resolver.c knows who asked. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unbound.h>
#include <unbound-event.h>

#include "dance.h"
#include "event_loop.h"
#include "resolver_options.h"
#include "root_roll.h"
#include "trust_anchor.h"

/* Strings are owned, and NULL where nothing is given. */
struct generation_settings {
	struct trust_anchor anchor;
	char *root_hints;
	char *forwarders[DANCE_FORWARDER_MAX];
	struct resolver_sizes sizes;
};

/* What became of the lookup of the root's keys, from which all validation begins. */
enum generation_root {
	ROOT_UNKNOWN = 0, /* no answer yet */
	ROOT_SECURE,      /* the trust anchor and the servers are good */
	ROOT_BOGUS,       /* the keys are not those of the trust anchor */
	ROOT_UNPROVED,    /* libunbound can do nothing with the trust anchor */
	ROOT_FAILED,      /* no usable answer */
};

struct generation {
	struct generation *older;
	struct ub_ctx *context;
	uint32_t number;
	uint64_t born;
	int64_t wall_ahead; /* clock_wall_ahead() when it was born */
	uint32_t anchor;    /* its trust anchor's count */
	unsigned under_way;
	bool asked; /* libunbound reads its settings with the first lookup */
	enum generation_root root;
	struct root_roll root_keys; /* of ROOT_SECURE */
	bool root_under_way;
	int root_id;
	void (*root_known)(void *arg, struct generation *generation);
	void *arg;
};

/* False when out of memory; the settings are to be cleared nevertheless. */
bool generation_settings_copy(struct generation_settings *settings,
	const struct dance_context_options *options);
void generation_settings_clear(struct generation_settings *settings);

/* NULL, with a sentence in `why`, if no context can be made: no usable trust anchor, say, of
 * which the file is looked at if no keys are in force. The context works in the turns of this
 * loop, which must outlive it. */
struct generation *generation_new(struct generation_settings *settings,
	struct event_loop *loop, uint32_t number, char why[DANCE_ERROR_SIZE]);

/* Must not be called from a callback. All lookups must have ended or been given up. */
void generation_free(struct generation *generation);

/* Asks for the TLSA records at this name, and for the root's keys if they are not known to
 * be secure; `root_known` is called when that lookup has ended. `done` and `root_known`
 * may be called before this returns. 0; or libunbound's error, and then `done` is not called any
 * more. After an error with the first lookup nothing more may be asked. Never waits. */
int generation_ask(struct generation *generation, const char *name, void *arg,
	ub_event_callback_type done, int *id);

/* The same for the PTR records at this name. */
int generation_ask_names(struct generation *generation, const char *name, void *arg,
	ub_event_callback_type done, int *id);

/* Gives a lookup up: its `done` is not called any more. */
void generation_give_up(struct generation *generation, int id);

/* In which servers hope was set: "the root servers", or a list of forwarders. */
void generation_servers(const struct generation_settings *settings,
	char text[DANCE_ERROR_SIZE]);
