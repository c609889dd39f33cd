/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What an instance of the module holds: its clients, the libdance context that it shares with
 * other instances, and what worker threads remember. Knows nothing of a query but its thread. */

#include "ctx.h"

#include <stdlib.h>
#include <urcu.h>

#include "log.h"
#include "refusal_cache.h"

#define REFUSALS_PER_SECOND 10

/* News of names, lines a second: with many names an outage is one piece of news. */
#define NEWS_PER_SECOND 20

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
	knotd_mod_t *mod = arg;
	unsigned suppressed = 0;
	if (level != DANCE_LOG_ERROR &&
		!rate_limit_take(level == DANCE_LOG_DEBUG ? &details : &news,
			NEWS_PER_SECOND, &suppressed)) {
		return;
	}
	log_text(mod, priority(level), line);
	if (suppressed != 0) {
		knotd_mod_log(mod, priority(level), "lines suppressed, count %u",
			suppressed);
	}
}

/* Joins the context of all instances that look names up in the same way. */
static bool join_context(struct dance_ctx *ctx, knotd_mod_t *mod, const struct conf *conf)
{
	/* A waiting hook keeps a TCP worker from its other connections: never wait in more
	 * than half of them. */
	int64_t workers = knotd_conf_env(mod, KNOTD_CONF_ENV_WORKERS_TCP).single.integer;
	struct dance_context_options options = conf->context;
	options.max_waiting = workers > 2 ? (unsigned)(workers / 2) : 1;
	options.log = on_log;
	options.thread_begin = on_thread_begin;
	options.thread_end = on_thread_end;
	ctx->context.arg = mod;
	return shared_context_join(&ctx->context, &options);
}

struct dance_ctx *ctx_new(void)
{
	static _Atomic unsigned numbers;
	struct dance_ctx *ctx = calloc(1, sizeof(*ctx));
	if (ctx != NULL) {
		ctx->number = ++numbers;
	}
	return ctx;
}

int ctx_set_up(struct dance_ctx *ctx, knotd_mod_t *mod, const struct conf *conf)
{
	char error[DANCE_ERROR_SIZE];
	ctx->threads = calloc(knotd_mod_threads(mod), sizeof(ctx->threads[0]));
	if (ctx->threads == NULL) {
		return KNOT_ENOMEM;
	}
	ctx->thread_count = knotd_mod_threads(mod);
	if (!join_context(ctx, mod, conf)) {
		return KNOT_ENOMEM;
	}
	struct dance_options options = conf->options;
	if (conf->ca_file != NULL) {
		ctx->trust = dance_trust_new(conf->ca_file, error);
		if (ctx->trust == NULL) {
			struct log_line line;
			log_line_begin(&line, "PKIX records are unusable");
			log_line_reason(&line, "%s", error);
			log_end(mod, LOG_ERR, &line, "correct 'ca-file' and reload");
		}
		options.trust = ctx->trust;
	}
	ctx->roster = dance_roster_new(shared_context_get(&ctx->context), conf->clients,
		conf->client_count, &options, error);
	if (ctx->roster == NULL) {
		knotd_mod_log(mod, LOG_ERR, "%s", error);
		return KNOT_ERROR;
	}
	refusal_cache_flush();
	return KNOT_EOK;
}

void ctx_free(struct dance_ctx *ctx)
{
	if (ctx == NULL) {
		return;
	}
	dance_roster_free(ctx->roster);
	dance_trust_free(ctx->trust);
	shared_context_leave(&ctx->context);
	for (unsigned i = 0; i < ctx->thread_count; i++) {
		free(ctx->threads[i]);
	}
	free(ctx->threads);
	free(ctx);
}

struct dance_thread *ctx_thread(const struct dance_ctx *ctx, const knotd_qdata_t *qdata)
{
	unsigned id = qdata->params->thread_id;
	return ctx != NULL && id < ctx->thread_count ? ctx->threads[id] : NULL;
}

struct dance_thread *ctx_make_thread(struct dance_ctx *ctx, const knotd_qdata_t *qdata)
{
	unsigned id = qdata->params->thread_id;
	if (ctx != NULL && id < ctx->thread_count && ctx->threads[id] == NULL) {
		ctx->threads[id] = calloc(1, sizeof(*ctx->threads[id]));
	}
	return ctx_thread(ctx, qdata);
}

const char *ctx_acl_advice(const struct dance_ctx *ctx)
{
	if (!ctx->identity_address) {
		return "add an acl rule that allows this client";
	}
	return ctx->identity_entry ?
		"add an acl rule with 'address: /dance/ENTRY', the entry "
		"of 'client' that permits it" :
		"add an acl rule with 'address: /dance/NAME'";
}

bool ctx_may_log(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	unsigned suppressed;
	if (!rate_limit_take(&ctx->refusals, REFUSALS_PER_SECOND, &suppressed)) {
		return false;
	}
	if (suppressed != 0) {
		knotd_mod_log(mod, LOG_NOTICE, "lines suppressed, count %u", suppressed);
	}
	return true;
}
