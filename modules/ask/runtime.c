/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Makes rosters of what the configuration says, and counts who uses them. Knows nothing of
 * questions. */

#include "runtime.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns_context.h"

static struct {
	pthread_mutex_t lock;
	struct runtime *runtime;
} current = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct runtime *runtime_new(struct conf *conf, char error[CONF_ERROR_SIZE])
{
	struct runtime *runtime = calloc(1, sizeof(*runtime));
	struct ask *asks = calloc(conf->ask_count, sizeof(*asks));
	if (runtime == NULL || asks == NULL) {
		free(runtime);
		free(asks);
		conf_free(conf);
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return NULL;
	}
	runtime->users = 1;
	runtime->conf = conf;
	runtime->asks = asks;
	bool fine = true;
	for (size_t i = 0; i < conf->ask_count; i++) {
		asks[i].conf = &conf->asks[i];
		fine = fine && counts_begin(&asks[i].counts, asks[i].conf);
		atomic_flag_clear(&asks[i].digest_reported);
		for (size_t j = 0; j < conf->asks[i].client_count; j++) {
			asks[i].has_names |= conf->asks[i].clients[j][0] != '*';
		}
	}
	if (!fine) {
		runtime_release(runtime);
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return NULL;
	}
	return runtime;
}

static bool start_ask(struct runtime *runtime, struct ask *ask, char error[CONF_ERROR_SIZE])
{
	const struct conf_ask *conf = ask->conf;
	const struct dance_options options = {
		.size = sizeof(options),
		.timeout_ms = runtime->conf->common.timeout_ms,
		.max_stale_s = runtime->conf->common.max_stale_s,
		.within = (const char *const *)conf->within,
		.within_count = conf->within_count,
	};
	char what[DANCE_ERROR_SIZE];
	ask->roster = dance_roster_new(shared_context_get(&runtime->context),
		(const char *const *)conf->clients, conf->client_count, &options, what);
	if (ask->roster == NULL) {
		snprintf(error, CONF_ERROR_SIZE, "ask %s: %s", conf->id, what);
	}
	return ask->roster != NULL;
}

bool runtime_start(struct runtime *runtime, char error[CONF_ERROR_SIZE])
{
	/* Every connection has a thread of its own, and these are limited. */
	if (!dns_context_join(&runtime->context, &runtime->conf->common, UINT_MAX)) {
		snprintf(error, CONF_ERROR_SIZE, "out of memory");
		return false;
	}
	bool started = true;
	for (size_t i = 0; started && i < runtime->conf->ask_count; i++) {
		started = start_ask(runtime, &runtime->asks[i], error);
	}
	return started;
}

static void runtime_free(struct runtime *runtime)
{
	for (size_t i = 0; i < runtime->conf->ask_count; i++) {
		dance_roster_free(runtime->asks[i].roster);
		counts_end(&runtime->asks[i].counts);
	}
	shared_context_leave(&runtime->context);
	free(runtime->asks);
	conf_free(runtime->conf);
	free(runtime);
}

void runtime_release(struct runtime *runtime)
{
	if (runtime != NULL && --runtime->users == 0) {
		runtime_free(runtime);
	}
}

struct ask *runtime_ask(const struct runtime *runtime, const char *id)
{
	for (size_t i = 0; i < runtime->conf->ask_count; i++) {
		if (strcmp(runtime->asks[i].conf->id, id) == 0) {
			return &runtime->asks[i];
		}
	}
	return NULL;
}

struct runtime *runtime_current(void)
{
	pthread_mutex_lock(&current.lock);
	struct runtime *runtime = current.runtime;
	if (runtime != NULL) {
		runtime->users++;
	}
	pthread_mutex_unlock(&current.lock);
	return runtime;
}

void runtime_install(struct runtime *runtime)
{
	pthread_mutex_lock(&current.lock);
	struct runtime *old = current.runtime;
	current.runtime = runtime;
	pthread_mutex_unlock(&current.lock);
	runtime_release(old);
}
