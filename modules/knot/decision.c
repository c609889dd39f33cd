/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The decision on one message: what the connection proves, what DNS says of it (libdance), and
 * what knotd's ACL is to see of the client. Knows no hooks, and changes nothing of the query. */

#include "decision.h"

#include <stdio.h>
#include <time.h>

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

/* Decides on a client that has proved its key in this connection. Asks libdance, unless it has
 * refused the client on this connection and knows nothing new. */
static void verify(struct decision *decision, const struct dance_ctx *ctx,
	const struct session *session)
{
	struct dance_result *result = &decision->result;
	enum dance_verdict before = refusal_cache_get(ctx->roster, session, ctx->number,
		now_ms(), &decision->logged);
	if (before != DANCE_UNDECIDED) {
		set_result(result, before, "as for an earlier request on this connection");
		return;
	}
	dance_verify(ctx->roster, &session->peer, result);
	refusal_cache_put(ctx->roster, session, ctx->number, now_ms(), result);
	if (result->verdict == DANCE_ALLOW && ctx->identity_address &&
		!acl_alias_fits(result->name)) {
		result->verdict = DANCE_DENY_NAME;
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
	if (thread == NULL || ctx->other_series) {
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
	} else if (session.resumed && ctx->mixed) {
		set_result(result, unproven,
			"the TLS session was resumed, which proves no key; if this goes "
			"on, add 'global-module: mod-dance' to the default template");
	} else {
		set_result(result, unproven, why);
	}
	if (result->verdict == DANCE_ALLOW || ctx->leaves_to_acl) {
		xfr_verdict_set(&thread->xfr, qdata, session.tls, result);
	}
}

/* Reads the ACL that is in force now, which is not always the one of the module's load, and
 * finds out from it whether a client that is not proved can be left to it, and whether one that
 * is proved is named in it. */
static void consult_acl(struct decision *decision, const struct dance_ctx *ctx,
	knotd_mod_t *mod, unsigned action, bool *keeps_address)
{
	char *note = decision->note;
	struct acl acl;
	*keeps_address = false;
	if (!acl_read(mod, ctx->actions, decision->alias, action, &acl)) {
		snprintf(note, sizeof(decision->note), ", the acl cannot be read (%s)",
			knot_strerror(KNOT_ENOMEM));
	} else if (acl.open_rule[0] != '\0') {
		snprintf(note, sizeof(decision->note),
			", not left to the acl: its rule '%s' allows any client",
			acl.open_rule);
	} else if (decision->result.verdict != DANCE_ALLOW) {
		decision->left_to_acl = true;
		snprintf(note, sizeof(decision->note), ", left to the acl");
	} else if (!acl.named) {
		*keeps_address = true;
		snprintf(note, sizeof(decision->note),
			", no acl rule names it: it keeps its address");
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
	if (allowed && ctx->identity_address) {
		(void)acl_alias_path(decision->alias,
			ctx->identity_entry ? result->entry : result->name);
	}
	if (!ctx->leaves_to_acl || thread == NULL) {
		return;
	}
	if (decision->of_transfer) { /* knotd has asked its ACL at the first message */
		decision->left_to_acl = !allowed;
	} else {
		consult_acl(decision, ctx, mod, action, &thread->keeps_address);
	}
	if (allowed && thread->keeps_address) {
		decision->alias[0] = '\0';
	}
}

bool decision_passes(const struct decision *decision)
{
	return decision->result.verdict == DANCE_ALLOW || decision->left_to_acl;
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
	char line[DANCE_LINE_SIZE], remote[REQUEST_REMOTE_SIZE], zone[REQUEST_ZONE_SIZE];
	const char *outcome = allowed ? "allowed" :
		decision->left_to_acl ? "not proved" :
					"refused";
	request_remote(qdata, remote);
	request_zone(qdata, mod, zone);
	knotd_mod_log(mod, decision_passes(decision) ? LOG_INFO : LOG_NOTICE,
		"%s%s %s, remote %s %s, %s%s", request_type(qdata), zone, outcome, remote,
		request_protocol(qdata),
		dance_result_line(&decision->result, line, sizeof(line)), decision->note);
}
