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
	pthread_mutex_t making; /* a roster, which may take long: taken before the other */
	pthread_mutex_t lock;   /* the table and its references */
	struct watcher *watcher;
	struct dance_roster *rosters[ROSTER_BUCKETS]; /* by their fingerprints */
};

static bool is_within_limits(const struct dance_context_options *options)
{
	return options->lookups_per_second <= DANCE_LOOKUPS_PER_SECOND_MAX &&
		options->lookups_in_flight <= DANCE_LOOKUPS_IN_FLIGHT_MAX &&
		options->lookups_queued <= DANCE_LOOKUPS_QUEUED_MAX &&
		options->remembered <= DANCE_REMEMBERED_MAX;
}

struct dance_context *dance_context_new(const struct dance_context_options *options)
{
	struct dance_context_options known = { .size = sizeof(known) };
	if (options != NULL &&
		host_struct_take(&known, sizeof(known), options,
			HOST_CONTEXT_OPTIONS_LEAST) != NULL) {
		return NULL;
	}
	if (!is_within_limits(&known)) {
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
	pthread_mutex_init(&context->making, NULL);
	pthread_mutex_init(&context->lock, NULL);
	return context;
}

void dance_context_free(struct dance_context *context)
{
	if (context != NULL) {
		watcher_free(context->watcher);
		pthread_mutex_destroy(&context->making);
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

/* One more reference to the roster with this fingerprint; NULL if there is none. */
static struct dance_roster *find_roster(struct dance_context *context,
	const unsigned char fingerprint[32])
{
	pthread_mutex_lock(&context->lock);
	struct dance_roster *roster = *bucket_of(context, fingerprint);
	while (roster != NULL &&
		memcmp(roster->fingerprint, fingerprint, sizeof(roster->fingerprint)) != 0) {
		roster = roster->next;
	}
	if (roster != NULL) {
		roster->references++;
	}
	pthread_mutex_unlock(&context->lock);
	return roster;
}

static void add_roster(struct dance_context *context, struct dance_roster *roster)
{
	struct dance_roster **bucket = bucket_of(context, roster->fingerprint);
	roster->context = context;
	roster->references = 1;
	pthread_mutex_lock(&context->lock);
	roster->next = *bucket;
	*bucket = roster;
	pthread_mutex_unlock(&context->lock);
}

/* The roster of these names and options, made if there is none yet. Meanwhile others can be
 * freed. */
static struct dance_roster *get_roster(struct dance_context *context,
	const struct roster_names *read, const struct dance_options *options)
{
	pthread_mutex_lock(&context->making);
	struct dance_roster *roster = find_roster(context, read->fingerprint);
	if (roster == NULL) {
		roster = roster_new(read, options, context->watcher);
		if (roster != NULL) {
			add_roster(context, roster);
		}
	}
	pthread_mutex_unlock(&context->making);
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
	struct dance_roster *roster = get_roster(context, &read, &settled);
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
	bool last = --roster->references == 0;
	if (last) {
		struct dance_roster **at = bucket_of(context, roster->fingerprint);
		while (*at != roster) {
			at = &(*at)->next;
		}
		*at = roster->next;
	}
	pthread_mutex_unlock(&context->lock);
	if (last) {
		roster_free(roster, context->watcher);
	}
}
