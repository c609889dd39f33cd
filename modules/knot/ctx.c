/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What an instance of the module holds: its section, which it shares with other instances, and
 * what differs from zone to zone. Knows nothing of a query but its thread. */

#include "ctx.h"

#include <stdlib.h>

#include "gauges.h"

#define REFUSALS_PER_SECOND 10

struct dance_ctx *ctx_new(knotd_mod_t *mod)
{
	static _Atomic unsigned numbers;
	struct dance_ctx *ctx = calloc(1, sizeof(*ctx));
	if (ctx != NULL) {
		ctx->mod = mod;
		ctx->number = ++numbers;
		ctx->threads = threads_take(knotd_mod_threads(mod));
	}
	return ctx;
}

void ctx_free(struct dance_ctx *ctx)
{
	if (ctx == NULL) {
		return;
	}
	gauges_detach(ctx);
	section_leave(ctx);
	threads_give_back(ctx->threads);
	free(ctx);
}

struct dance_roster *ctx_roster(const struct dance_ctx *ctx)
{
	return ctx->section != NULL ? ctx->section->roster : NULL;
}

struct dance_thread *ctx_thread(const struct dance_ctx *ctx, const knotd_qdata_t *qdata)
{
	return ctx == NULL ?
		NULL :
		threads_find(ctx->threads, qdata->params->thread_id, ctx->number);
}

struct dance_thread *ctx_make_thread(const struct dance_ctx *ctx,
	const knotd_qdata_t *qdata)
{
	return ctx->section == NULL ?
		NULL :
		threads_make(ctx->threads, qdata->params->thread_id, ctx->number);
}

const char *ctx_acl_advice(const struct dance_ctx *ctx)
{
	const struct section *section = ctx->section;
	if (section == NULL || !section->identity_address) {
		return "add an acl rule that allows this client";
	}
	bool lists = false;
	for (size_t i = 0; i < section->client_count; i++) {
		lists = lists || section->clients[i][0] == '@';
	}
	if (lists && !section->identity_entry) {
		return "add an acl rule with 'address: /dance/NAME', or '/dance/@LIST' for the "
		       "clients of a list";
	}
	return section->identity_entry ?
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
