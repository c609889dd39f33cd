/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The decision on one message: what the connection proves, what DNS says of it (libdance), and
 * what knotd's ACL is to see of the client. Knows no hooks, and changes nothing of the query. */

#include "decision.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "refusal_cache.h"
#include "request.h"
#include "session.h"

/* Milliseconds of a clock that never goes back. */
static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Makes a result of a verdict that libdance has not reached. */
static void set_result(struct dance_result *result, enum dance_verdict verdict,
	const char *why)
{
	*result = (struct dance_result){ .size = sizeof(struct dance_result),
		.verdict = verdict };
	snprintf(result->detail, sizeof(result->detail), "%s", why);
}

/* What the address of a proved client holds, if it holds a name at all. Clients of one list have
 * one address. */
static const char *alias_name(const struct dance_ctx *ctx,
	const struct dance_result *result)
{
	return ctx->section->identity_entry || result->entry[0] == '@' ? result->entry :
									 result->name;
}

/* Decides on a client that has proved its key in this connection. Asks libdance, unless it has
 * refused the client on this connection and knows nothing new. */
static void verify(struct decision *decision, const struct dance_ctx *ctx,
	const struct session *session)
{
	struct dance_result *result = &decision->result;
	struct dance_roster *roster = ctx->section->roster;
	enum dance_verdict before = refusal_cache_get(roster, session, ctx->number,
		now_ms(), &decision->logged);
	if (before != DANCE_UNDECIDED) {
		set_result(result, before, "as for an earlier request on this connection");
		return;
	}
	shared_context_ask();
	dance_verify(roster, &session->peer, result);
	shared_context_asked();
	refusal_cache_put(roster, session, ctx->number, now_ms(), result);
	if (result->verdict == DANCE_ALLOW && ctx->section->identity_address &&
		!acl_alias_fits(alias_name(ctx, result))) {
		result->verdict = DANCE_DENY_NAME;
		decision->alias_too_long = true;
		snprintf(result->detail, sizeof(result->detail),
			"the name is too long for identity-address");
	}
}

/* Finds the verdict on the client, or the one on an earlier message of the same transfer. An
 * allow of those counts only while the connection proves the key. */
static void decide(struct decision *decision, const struct dance_ctx *ctx,
	struct dance_thread *thread, const knotd_qdata_t *qdata)
{
	struct dance_result *result = &decision->result;
	/* Also in a knotd of another series, whose connections must not be looked at. */
	if (thread == NULL) {
		set_result(result, DANCE_FAIL_INTERNAL, "the module could not be set up");
		return;
	}
	struct session session;
	const char *why;
	enum dance_verdict unproven = session_open(&session, qdata, &why);
	enum dance_verdict before = xfr_verdict_get(&thread->xfr, qdata, session.tls,
		result);
	if (before != DANCE_UNDECIDED &&
		(before != DANCE_ALLOW || unproven == DANCE_UNDECIDED)) {
		decision->of_transfer = true;
		return;
	}
	if (unproven == DANCE_UNDECIDED) {
		verify(decision, ctx, &session);
	} else {
		set_result(result, unproven, why);
		decision->session_resumed = session.resumed && ctx->section->mixed;
	}
	if (result->verdict == DANCE_ALLOW || ctx->leaves_to_acl) {
		xfr_verdict_set(&thread->xfr, qdata, session.tls, result);
	}
}

/* Reads the ACL that is in force now, which is not always the one of the module's load, and
 * finds out from it whether a client that is not proved can be left to it, and whether one that
 * is proved is named in it. */
static void consult_acl(struct decision *decision, const struct dance_ctx *ctx,
	knotd_mod_t *mod, unsigned action)
{
	struct acl acl;
	if (!acl_read(mod, ctx->actions, decision->alias, action, &acl)) {
		decision->acl_unreadable = true;
	} else if (acl.open_rule[0] != '\0') {
		memcpy(decision->open_rule, acl.open_rule, sizeof(decision->open_rule));
	} else if (decision->result.verdict != DANCE_ALLOW) {
		decision->left_to_acl = true;
	} else {
		decision->keeps_address = !acl.named;
	}
}

void decision_make(struct decision *decision, struct dance_ctx *ctx,
	struct dance_thread *thread, const knotd_qdata_t *qdata, knotd_mod_t *mod,
	unsigned action)
{
	*decision = (struct decision){ .result.size = sizeof(decision->result) };
	decide(decision, ctx, thread, qdata);

	const struct dance_result *result = &decision->result;
	bool allowed = result->verdict == DANCE_ALLOW;
	if (allowed && ctx->section->identity_address) {
		(void)acl_alias_path(decision->alias, alias_name(ctx, result));
	}
	if (!ctx->leaves_to_acl || thread == NULL) {
		return;
	}
	if (decision->of_transfer) { /* knotd has asked its ACL at the first message */
		decision->left_to_acl = !allowed;
	} else {
		consult_acl(decision, ctx, mod, action);
		thread->keeps_address = decision->keeps_address;
	}
	if (allowed && thread->keeps_address) {
		decision->alias[0] = '\0';
	}
}

bool decision_passes(const struct decision *decision)
{
	return decision->result.verdict == DANCE_ALLOW || decision->left_to_acl;
}

static const char *outcome(const struct decision *decision)
{
	enum dance_verdict verdict = decision->result.verdict;
	return verdict == DANCE_ALLOW                            ? "allowed" :
		decision->left_to_acl                            ? "left to the acl" :
		dance_verdict_class(verdict) == DANCE_CLASS_FAIL ? "failed" :
								   "refused";
}

static int priority(const struct decision *decision)
{
	if (decision_passes(decision)) {
		return LOG_INFO;
	}
	return dance_verdict_class(decision->result.verdict) == DANCE_CLASS_FAIL ?
		LOG_WARNING :
		LOG_NOTICE;
}

/* Replaces the reason by one that also says what the ACL has to do with it. */
static void add_acl(struct dance_result *result, const struct decision *decision)
{
	char why[DANCE_DETAIL_SIZE];
	memcpy(why, result->detail, sizeof(why));
	if (why[0] == '\0') {
		snprintf(why, sizeof(why), "%s", dance_verdict_text(result->verdict));
	}
	if (decision->keeps_address) {
		snprintf(result->detail, sizeof(result->detail),
			"no acl rule names this client, so it keeps its address");
	}
	const char *as = result->verdict == DANCE_ALLOW ? NULL :
		decision->acl_unreadable ? "as the acl cannot be read: not enough memory" :
		decision->open_rule[0] != '\0' ? "as this acl rule allows any client" :
						 NULL;
	if (as != NULL) {
		static const char no_effect[] = "; 'refuse: off' has no effect, ";
		int room = (int)(sizeof(why) - sizeof(no_effect) - strlen(as));
		snprintf(result->detail, sizeof(result->detail), "%.*s%s%s", room, why,
			no_effect, as);
	}
}

static const char *advice(const struct decision *decision, const struct dance_ctx *ctx)
{
	if (decision->keeps_address) {
		return ctx_acl_advice(ctx);
	}
	if (decision->alias_too_long) { /* only a member of a pattern's: see mod_dance.c */
		return "set 'identity-entry: on', or give the client a shorter name";
	}
	if (decision->session_resumed) {
		return "add 'global-module: mod-dance' to the default template and restart "
		       "knotd";
	}
	return dance_verdict_advice(decision->result.verdict, DANCE_CLIENT);
}

void decision_log(const struct decision *decision, struct dance_ctx *ctx,
	const knotd_qdata_t *qdata, knotd_mod_t *mod)
{
	/* Whether a client is left to the ACL may have changed since. */
	bool logged = decision->logged && (decision->left_to_acl || !ctx->leaves_to_acl);
	bool allowed = decision->result.verdict == DANCE_ALLOW;
	if (decision->of_transfer || logged || (!allowed && !ctx_may_log(ctx, mod))) {
		return;
	}
	char remote[REQUEST_REMOTE_SIZE], zone[REQUEST_ZONE_SIZE];
	struct dance_result result = decision->result;
	struct log_line line;
	request_remote(qdata, remote);
	request_zone(qdata, mod, zone);
	add_acl(&result, decision);

	log_line_begin(&line, "%s%s %s", request_type(qdata), zone, outcome(decision));
	log_line_key(&line, "remote", "%s", remote);
	log_line_key(&line, "protocol", "%s", request_protocol(qdata));
	if (decision->alias[0] != '\0') {
		log_line_key(&line, "as", "%s", decision->alias);
	}
	if (!allowed && decision->open_rule[0] != '\0') {
		log_line_key(&line, "acl", "%s", decision->open_rule);
	}
	log_line_result(&line, &result);
	log_end(mod, priority(decision), &line, advice(decision, ctx));
}
