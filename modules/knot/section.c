/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The sections that instances have, in a table by what they were read from. Knows no queries.
 *
 * A module reads one value at a time, at some cost, and there may be very many zones. knotd does
 * not say which section an instance has, but the first value of its 'client' stands in one place
 * as long as a state of the configuration lasts, and each state has a host name of its own. Both
 * places may be used again for a later state. But that can have other values only if its sections
 * have been checked: section_checked() tells. */

#include "section.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <urcu.h>

#include "../rate_limit.h"
#include "ctx.h"
#include "gauges.h"
#include "log.h"
#include "module_refs.h"
#include "refusal_cache.h"

#define BUCKETS 4096

/* News of names, lines a second: with many names an outage is one piece of news. */
#define NEWS_PER_SECOND 20

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct section *table[BUCKETS]; /* under the lock, like their references */
static struct section *newest;         /* in the table; NULL: it is gone */
static atomic_uint checks;

/* Of the lists of instances. Taken last: it is held while a line is logged. */
static pthread_mutex_t instances_lock = PTHREAD_MUTEX_INITIALIZER;

void section_checked(void)
{
	atomic_fetch_add(&checks, 1);
}

/* knotd's log reads its configuration under RCU. */
static void on_thread_begin(void *arg)
{
	(void)arg;
	rcu_register_thread();
}

static void on_thread_end(void *arg)
{
	(void)arg;
	rcu_unregister_thread();
}

/* The severity of a line in knotd's log. */
static int priority(enum dance_log_level level)
{
	switch (level) {
	case DANCE_LOG_ERROR:
		return LOG_ERR;
	case DANCE_LOG_WARNING:
		return LOG_WARNING;
	case DANCE_LOG_NOTICE:
		return LOG_NOTICE;
	case DANCE_LOG_DEBUG:
		break;
	}
	return LOG_DEBUG;
}

/* News of names, in the log of one of the instances that share the context. */
static void on_log(void *arg, enum dance_log_level level, const char *line)
{
	static struct rate_limit news;
	static struct rate_limit details; /* may be of a peer's choice */
	const struct section *section = arg;
	unsigned suppressed = 0;
	if (level != DANCE_LOG_ERROR &&
		!rate_limit_take(level == DANCE_LOG_DEBUG ? &details : &news,
			NEWS_PER_SECOND, &suppressed)) {
		return;
	}
	pthread_mutex_lock(&instances_lock);
	const struct dance_ctx *ctx = LIST_FIRST(&section->instances);
	if (ctx != NULL) {
		log_text(ctx->mod, priority(level), line);
	}
	if (ctx != NULL && suppressed != 0) {
		knotd_mod_log(ctx->mod, priority(level), "lines suppressed, count %u",
			suppressed);
	}
	pthread_mutex_unlock(&instances_lock);
}

/* Joins the context of all sections that look names up in the same way. */
static bool join_context(struct section *section, knotd_mod_t *mod, const struct conf *conf)
{
	/* A waiting hook keeps a TCP worker from its other connections: never wait in more
	 * than half of them. */
	int64_t workers = knotd_conf_env(mod, KNOTD_CONF_ENV_WORKERS_TCP).single.integer;
	struct dance_context_options options = conf->context;
	options.max_waiting = workers > 2 ? (unsigned)(workers / 2) : 1;
	options.log = on_log;
	options.thread_begin = on_thread_begin;
	options.thread_end = on_thread_end;
	section->context.arg = section;
	return shared_context_join(&section->context, &options);
}

static bool copy_clients(struct section *section, const struct conf *conf)
{
	size_t size = 0;
	for (size_t i = 0; i < conf->client_count; i++) {
		size += strlen(conf->clients[i]) + 1;
	}
	section->clients = malloc(conf->client_count * sizeof(char *) + size);
	if (section->clients == NULL) {
		return false;
	}
	char *to = (char *)&section->clients[conf->client_count];
	for (size_t i = 0; i < conf->client_count; i++) {
		section->clients[i] = to;
		to = stpcpy(to, conf->clients[i]) + 1;
	}
	section->client_count = conf->client_count;
	return true;
}

/* Gives it clients, and a context to look them up in. */
static int set_up(struct section *section, knotd_mod_t *mod, const struct conf *conf)
{
	char error[DANCE_ERROR_SIZE];
	if (!copy_clients(section, conf) || !join_context(section, mod, conf)) {
		return KNOT_ENOMEM;
	}
	struct dance_options options = conf->options;
	if (conf->ca_file != NULL) {
		section->trust = dance_trust_new(conf->ca_file, error);
		if (section->trust == NULL) {
			struct log_line line;
			log_line_begin(&line, "PKIX records are unusable");
			log_line_reason(&line, "%s", error);
			log_end(mod, LOG_ERR, &line, "correct 'ca-file' and reload");
		}
		options.trust = section->trust;
	}
	section->roster = dance_roster_new(shared_context_get(&section->context),
		conf->clients, conf->client_count, &options, error);
	if (section->roster == NULL) {
		knotd_mod_log(mod, LOG_ERR, "%s", error);
		return KNOT_ERROR;
	}
	refusal_cache_flush();
	return KNOT_EOK;
}

static void section_free(struct section *section)
{
	gauges_remove(section);
	dance_roster_free(section->roster);
	dance_trust_free(section->trust);
	shared_context_leave(&section->context);
	free(section->clients);
	free(section);
}

/* The instance comes first: what is to be logged while it is set up needs one. */
static void add(struct section *section, struct dance_ctx *ctx)
{
	section->references++;
	ctx->section = section;
	pthread_mutex_lock(&instances_lock);
	LIST_INSERT_HEAD(&section->instances, ctx, link);
	pthread_mutex_unlock(&instances_lock);
}

/* Gives it its values in statistics, by its id. */
static void add_gauge(struct section *section, knotd_mod_t *mod, const void *place)
{
	knotd_conf_t refs = module_refs_of(mod);
	gauges_add(section, module_refs_find(mod, &refs, place));
	knotd_conf_free(&refs);
}

static struct section *section_new(struct dance_ctx *ctx, knotd_mod_t *mod,
	const struct conf *conf, const void *place)
{
	struct section *section = calloc(1, sizeof(*section));
	if (section == NULL) {
		return NULL;
	}
	add(section, ctx); /* zero is an empty list */
	section->actions = conf->actions;
	section->identity_address = conf->identity_address;
	section->identity_entry = conf->identity_entry;
	section->refuse = conf->refuse;
	section->zone_counters = conf->zone_counters;
	section->id_size = log_id_size(mod);
	section->status = set_up(section, mod, conf);
	add_gauge(section, mod, place);
	return section;
}

static struct section **bucket_of(const void *place)
{
	uint64_t number = (uintptr_t)place;
	return &table[number * 0x9e3779b97f4a7c15u >> 52];
}

_Static_assert(BUCKETS == 1 << 12, "a bucket has the number of the upper 12 bits of 64");

/* What an instance can tell of its section at little cost. */
struct trace {
	const void *state, *place;
	unsigned checks;
	knotd_conf_t clients;
};

static struct trace trace_of(knotd_mod_t *mod)
{
	/* The checks first: what is read after them is no older. */
	struct trace trace = { .checks = atomic_load(&checks) };
	trace.state = knotd_conf_env(mod, KNOTD_CONF_ENV_HOSTNAME).single.string;
	trace.clients = knotd_conf_mod(mod, MOD_CLIENT);
	if (trace.clients.count > 0) {
		trace.place = trace.clients.multi[0].string;
	}
	return trace;
}

static bool has_clients(const struct section *section, const knotd_conf_t *clients)
{
	bool same = section->client_count == clients->count;
	for (size_t i = 0; same && i < clients->count; i++) {
		same = strcmp(section->clients[i], clients->multi[i].string) == 0;
	}
	return same;
}

static bool is_traced(const struct section *section, const struct trace *trace)
{
	return section->state == trace->state && section->place == trace->place &&
		section->checks == trace->checks && has_clients(section, &trace->clients);
}

/* NULL if no instance has it. */
static struct section *find(const struct trace *trace)
{
	struct section *at = *bucket_of(trace->place);
	while (at != NULL && !is_traced(at, trace)) {
		at = at->next;
	}
	return at;
}

/* Reads the section, with the lock. */
static int read_section(struct dance_ctx *ctx, knotd_mod_t *mod, const void *place)
{
	struct conf conf;
	int ret = conf_read(&conf, mod);
	if (ret == KNOT_EOK && conf.has_section) {
		const struct section *section = section_new(ctx, mod, &conf, place);
		ret = section != NULL ? section->status : KNOT_ENOMEM;
	}
	conf_clear(&conf);
	return ret;
}

/* What is the same for all sections of one state of the configuration need not be read again. */
static void take_over(struct section *section)
{
	if (newest != NULL && newest->state == section->state &&
		newest->checks == section->checks) {
		section->mixed = newest->mixed;
		section->told = newest->told;
		section->zone.automatic = newest->zone.automatic;
		section->zone.asked = newest->zone.asked;
	}
	newest = section;
}

static void share(struct section *section, const struct trace *trace)
{
	section->state = trace->state;
	section->place = trace->place;
	section->checks = trace->checks;
	section->shared = true;
	take_over(section);
	section->next = *bucket_of(trace->place);
	*bucket_of(trace->place) = section;
}

int section_join(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	struct trace trace = trace_of(mod);
	bool known = trace.state != NULL && trace.place != NULL;
	int ret = KNOT_EOK;

	pthread_mutex_lock(&lock);
	struct section *section = known ? find(&trace) : NULL;
	if (section != NULL) {
		add(section, ctx);
	} else {
		ret = read_section(ctx, mod, trace.place);
		if (ret == KNOT_EOK && ctx->section != NULL && known) {
			share(ctx->section, &trace);
		}
	}
	pthread_mutex_unlock(&lock);
	knotd_conf_free(&trace.clients);
	return ret;
}

void section_lock(void)
{
	pthread_mutex_lock(&lock);
}

void section_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

static void stop_sharing(struct section *section)
{
	if (newest == section) {
		newest = NULL;
	}
	struct section **at = bucket_of(section->place);
	while (*at != section) {
		at = &(*at)->next;
	}
	*at = section->next;
}

void section_leave(struct dance_ctx *ctx)
{
	struct section *section = ctx->section;
	if (section == NULL) {
		return;
	}
	pthread_mutex_lock(&instances_lock);
	LIST_REMOVE(ctx, link);
	pthread_mutex_unlock(&instances_lock);
	ctx->section = NULL;

	pthread_mutex_lock(&lock);
	bool last = --section->references == 0;
	if (last && section->shared) {
		stop_sharing(section);
	}
	pthread_mutex_unlock(&lock);
	if (last) {
		section_free(section);
	}
}
