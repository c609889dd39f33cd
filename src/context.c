/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The context and its rosters. Decides nothing: verify.c does. */

#include "dance.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_struct.h"
#include "match.h"
#include "roster.h"
#include "watcher.h"

#define TIMEOUT_DEFAULT_MS 500

/* A host may have a roster for each of very many zones. */
#define ROSTER_BUCKETS 4096

struct dance_context {
	pthread_mutex_t lock;
	struct watcher *watcher;
	struct dance_roster *rosters[ROSTER_BUCKETS]; /* by their fingerprints */
};

struct dance_context *dance_context_new(const struct dance_context_options *options)
{
	struct dance_context_options known = { .size = sizeof(known) };
	if (options != NULL &&
		host_struct_take(&known, sizeof(known), options,
			HOST_CONTEXT_OPTIONS_LEAST) != NULL) {
		return NULL;
	}
	struct dance_context *context = calloc(1, sizeof(*context));
	if (context == NULL) {
		return NULL;
	}
	context->watcher = watcher_new(&known);
	if (context->watcher == NULL) {
		free(context);
		return NULL;
	}
	pthread_mutex_init(&context->lock, NULL);
	return context;
}

void dance_context_free(struct dance_context *context)
{
	if (context != NULL) {
		watcher_free(context->watcher);
		pthread_mutex_destroy(&context->lock);
		free(context);
	}
}

void dance_context_set_max_waiting(struct dance_context *context, unsigned max_waiting)
{
	watcher_set_max_waiting(context->watcher, max_waiting);
}

static struct dance_roster **bucket_of(struct dance_context *context,
	const unsigned char fingerprint[32])
{
	uint64_t head;
	memcpy(&head, fingerprint, sizeof(head));
	return &context->rosters[head % ROSTER_BUCKETS];
}

/* The roster of these names and options, made if there is none yet. */
static struct dance_roster *get_roster(struct dance_context *context,
	const struct roster_names *read, const struct dance_options *options)
{
	struct dance_roster **bucket = bucket_of(context, read->fingerprint);
	struct dance_roster *roster;
	for (roster = *bucket; roster != NULL; roster = roster->next) {
		if (memcmp(roster->fingerprint, read->fingerprint,
			    sizeof(roster->fingerprint)) == 0) {
			return roster;
		}
	}
	roster = roster_new(read, options, context->watcher);
	if (roster != NULL) {
		roster->context = context;
		roster->next = *bucket;
		*bucket = roster;
	}
	return roster;
}

struct dance_roster *dance_roster_new(struct dance_context *context,
	const char *const *names, size_t count, const struct dance_options *options,
	char error[DANCE_ERROR_SIZE])
{
	struct dance_options settled = { .size = sizeof(settled) };
	const char *fault = options == NULL ?
		NULL :
		host_struct_take(&settled, sizeof(settled), options, HOST_OPTIONS_LEAST);
	if (fault != NULL) {
		snprintf(error, DANCE_ERROR_SIZE, "struct dance_options: %s", fault);
		return NULL;
	}
	if (settled.usages == 0) {
		settled.usages = DANCE_USAGES_DEFAULT;
	}
	if (settled.timeout_ms == 0) {
		settled.timeout_ms = TIMEOUT_DEFAULT_MS;
	}

	struct roster_names read;
	if (!roster_read(&read, names, count, &settled, error)) {
		return NULL;
	}
	pthread_mutex_lock(&context->lock);
	struct dance_roster *roster = get_roster(context, &read, &settled);
	if (roster != NULL) {
		roster->references++;
	}
	pthread_mutex_unlock(&context->lock);
	roster_names_clear(&read);
	if (roster == NULL) {
		snprintf(error, DANCE_ERROR_SIZE, "out of memory");
		return NULL;
	}
	watcher_start(context->watcher);
	return roster;
}

void dance_roster_free(struct dance_roster *roster)
{
	if (roster == NULL) {
		return;
	}
	struct dance_context *context = roster->context;
	pthread_mutex_lock(&context->lock);
	if (--roster->references == 0) {
		struct dance_roster **at = bucket_of(context, roster->fingerprint);
		while (*at != roster) {
			at = &(*at)->next;
		}
		*at = roster->next;
		roster_free(roster, context->watcher);
	}
	pthread_mutex_unlock(&context->lock);
}
