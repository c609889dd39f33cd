/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * mod-dance: zone transfers (and NOTIFY, and updates) for those whom DNS proves. Knows
 * knotd's hooks; who may come is decided in libdance. Nothing here can grant anything:
 * after an ALLOW knotd's own ACL still decides. */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <knot/module.h>

#include "acl.h"
#include "answer.h"
#include "conf.h"
#include "dance.h"
#include "engine.h"
#include "identity.h"
#include "lint.h"
#include "memo.h"
#include "quota.h"
#include "refusal.h"
#include "request.h"
#include "session.h"

/* clang-format off */
#define C_CATALOG_ROLE		"\x0C""catalog-role"
/* clang-format on */

/* Values of catalog-role for zones that are catalogs. */
#define CATALOG_INTERPRET 1
#define CATALOG_GENERATE 2

#define COUNTER_VERDICT 0

#define REFUSALS_PER_SECOND 10

/* What knotd calls the state in which a transfer has more messages to come. */
#define STATE_PRODUCE 2

/* What a worker thread remembers from hook to hook. */
struct thread {
	struct memo memo;
	struct identity identity;
	enum dance_verdict verdict; /* on the query at hand, if the ACL is still to decide */
	bool keeps_address;         /* the client of the last transfer: no rule names it */
};

struct dance_ctx {
	struct engine_user engine;
	struct dance_trust *trust;   /* NULL: PKIX records are unusable */
	struct dance_roster *roster; /* NULL: nobody is proved */
	struct thread **threads;     /* made when they first have something to remember */
	unsigned thread_count;
	unsigned number;  /* of this instance, from 1 */
	unsigned actions; /* ACL_BITs */
	bool identity_address;
	bool identity_entry;
	bool leaves_to_acl; /* who is not proved passes on to the ACL, if that asks
	                              * something of its clients; a zone's instance only */
	bool tickets_only;  /* guards nothing, sees to session tickets */
	bool mixed;         /* zones without the module may give tickets out */
	bool catalog;       /* the zone is a catalog zone */
	bool other_series;  /* built for another knotd: no connection is looked at */
	bool counting;
	struct quota refusals;
};

/* NULL if the thread has nothing to remember yet. */
static struct thread *thread_of(const struct dance_ctx *ctx, const knotd_qdata_t *qdata)
{
	unsigned id = qdata->params->thread_id;
	return ctx != NULL && id < ctx->thread_count ? ctx->threads[id] : NULL;
}

/* With many zones most are never transferred by most threads. NULL if there is no memory, or
 * the instance is not set up. */
static struct thread *thread_made(struct dance_ctx *ctx, const knotd_qdata_t *qdata)
{
	unsigned id = qdata->params->thread_id;
	if (ctx != NULL && id < ctx->thread_count && ctx->threads[id] == NULL) {
		ctx->threads[id] = calloc(1, sizeof(*ctx->threads[id]));
	}
	return thread_of(ctx, qdata);
}

/* Lines that clients can cause without being let in are limited. */
static bool may_log(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	unsigned suppressed = 0;
	if (!quota_take(&ctx->refusals, REFUSALS_PER_SECOND, &suppressed)) {
		return false;
	}
	if (suppressed != 0) {
		knotd_mod_log(mod, LOG_NOTICE, "%u more refusals were not logged",
			suppressed);
	}
	return true;
}

/* What becomes of one message. */
struct way {
	bool left;                     /* not proved, and left to the ACL all the same */
	bool keeps_address;            /* proved, and no rule names it */
	char path[IDENTITY_PATH_SIZE]; /* the address to show; "" for the client's own */
	char more[ACL_ID_SIZE + 64];   /* for the log */
};

/* Finds out what the ACL is to see of a client. It is read for each request: what clients are
 * left to is the ACL that is in force now, and not the one of when the module was loaded. */
static void choose_way(const struct dance_ctx *ctx, struct thread *thread, knotd_mod_t *mod,
	const struct dance_result *result, unsigned action, bool remembered,
	struct way *way)
{
	*way = (struct way){ .left = false };
	bool allowed = result->verdict == DANCE_ALLOW;
	if (allowed && ctx->identity_address) {
		(void)identity_path(way->path,
			ctx->identity_entry ? result->entry : result->name);
	}
	if (!ctx->leaves_to_acl || thread == NULL) {
		return;
	}
	if (remembered) { /* knotd has asked its ACL at the first message */
		way->left = !allowed;
		way->keeps_address = allowed && thread->keeps_address;
	} else {
		struct acl acl;
		if (!acl_read(mod, ctx->actions, way->path, action, &acl)) {
			snprintf(way->more, sizeof(way->more),
				", the acl cannot be read (%s)",
				knot_strerror(KNOT_ENOMEM));
		} else if (acl.open_rule[0] != '\0') {
			snprintf(way->more, sizeof(way->more),
				", not left to the acl: its rule "
				"'%s' allows any client",
				acl.open_rule);
		} else if (!allowed) {
			way->left = true;
			snprintf(way->more, sizeof(way->more), ", left to the acl");
		} else if (!acl.named) {
			way->keeps_address = true;
			snprintf(way->more, sizeof(way->more),
				", no acl rule names it: it "
				"keeps its address");
		}
		thread->keeps_address = way->keeps_address;
	}
	if (way->keeps_address) {
		way->path[0] = '\0';
	}
}

static void log_verdict(struct dance_ctx *ctx, const knotd_qdata_t *qdata, knotd_mod_t *mod,
	const struct dance_result *result, const struct way *way)
{
	bool allowed = result->verdict == DANCE_ALLOW;
	if (!allowed && !may_log(ctx, mod)) {
		return;
	}
	char line[DANCE_LINE_SIZE], remote[REQUEST_REMOTE_SIZE], zone[REQUEST_ZONE_SIZE];
	request_remote(qdata, remote);
	request_zone(qdata, mod, zone);
	knotd_mod_log(mod, allowed || way->left ? LOG_INFO : LOG_NOTICE,
		"%s%s %s, remote %s %s, %s%s", request_type(qdata), zone,
		allowed           ? "allowed" :
			way->left ? "not proved" :
				    "refused",
		remote, request_protocol(qdata),
		dance_result_line(result, line, sizeof(line)), way->more);
}

static enum dance_verdict say(struct dance_result *result, enum dance_verdict verdict,
	const char *why)
{
	*result = (struct dance_result){ .verdict = verdict };
	snprintf(result->detail, sizeof(result->detail), "%s", why);
	return verdict;
}

/* A verdict that nobody has to wait for: without a proved key, or one that is remembered.
 * UNDECIDED if there is none. */
static enum dance_verdict decide_at_once(const struct dance_ctx *ctx, struct thread *thread,
	const knotd_qdata_t *qdata, struct session *session, struct dance_result *result,
	bool *remembered)
{
	const char *why;
	enum dance_verdict verdict = session_open(session, qdata, &why);
	enum dance_verdict before = memo_recall(&thread->memo, qdata, session->tls, result);
	*remembered = before != DANCE_UNDECIDED &&
		(before != DANCE_ALLOW || verdict == DANCE_UNDECIDED);
	if (*remembered) {
		return before;
	}
	if (session->resumed && ctx->mixed) {
		why = "the TLS session was resumed, which proves no key; if this goes on, add "
		      "'global-module: mod-dance' to the default template";
	}
	return verdict != DANCE_UNDECIDED ? say(result, verdict, why) : DANCE_UNDECIDED;
}

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Asks libdance, unless it has refused this client on this connection and has nothing new. */
static enum dance_verdict decide_by_dns(struct dance_ctx *ctx,
	const struct session *session, struct dance_result *result, bool *told)
{
	enum dance_verdict verdict = refusal_recall(ctx->roster, session, ctx->number,
		now_ms(), told);
	if (verdict != DANCE_UNDECIDED) {
		return say(result, verdict, "as for an earlier request on this connection");
	}
	verdict = dance_verify(ctx->roster, &session->peer, result);
	refusal_keep(ctx->roster, session, ctx->number, now_ms(), result);
	return verdict;
}

/* The whole decision on one message. *remembered tells whether an earlier message of the same
 * transfer had it, and *told whether the log has it of an earlier request. */
static enum dance_verdict decide(struct dance_ctx *ctx, struct thread *thread,
	const knotd_qdata_t *qdata, struct dance_result *result, bool *remembered,
	bool *told)
{
	*remembered = *told = false;
	if (ctx == NULL || thread == NULL || ctx->other_series) {
		return say(result, DANCE_FAIL_INTERNAL, "the module could not be set up");
	}
	struct session session;
	enum dance_verdict verdict = decide_at_once(ctx, thread, qdata, &session, result,
		remembered);
	if (*remembered) {
		return verdict;
	}
	if (verdict == DANCE_UNDECIDED) {
		verdict = decide_by_dns(ctx, &session, result, told);
	}
	if (verdict == DANCE_ALLOW && ctx->identity_address &&
		!identity_fits(result->name)) {
		verdict = result->verdict = DANCE_DENY_NAME;
		snprintf(result->detail, sizeof(result->detail),
			"the name is too long for identity-address");
	}
	if (verdict == DANCE_ALLOW || ctx->leaves_to_acl) {
		memo_take(&thread->memo, qdata, session.tls, result);
	}
	return verdict;
}

static knotd_state_t guard(knotd_state_t state, knotd_qdata_t *qdata, knotd_mod_t *mod,
	unsigned action)
{
	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	struct thread *thread = thread_made(ctx, qdata);
	struct dance_result result;
	bool remembered, told;
	enum dance_verdict verdict = decide(ctx, thread, qdata, &result, &remembered,
		&told);
	if (ctx == NULL) {
		return answer_refused(qdata, verdict);
	}
	struct way way;
	choose_way(ctx, thread, mod, &result, action, remembered, &way);
	if (!remembered) {
		if (ctx->counting) {
			knotd_mod_stats_incr(mod, qdata->params->thread_id, COUNTER_VERDICT,
				verdict, 1);
		}
	}
	bool left_as_before = way.left || !ctx->leaves_to_acl;
	if (!remembered && !(told && left_as_before)) {
		log_verdict(ctx, qdata, mod, &result, &way);
	}
	if (thread == NULL || (verdict != DANCE_ALLOW && !way.left)) {
		return answer_refused(qdata, verdict);
	}
	if (way.path[0] != '\0') {
		identity_show(&thread->identity, qdata, way.path);
	}
	thread->verdict = verdict;
	return state;
}

static knotd_state_t dance_begin(knotd_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
	knotd_mod_t *mod)
{
	assert(pkt && qdata && mod);
	(void)pkt;

	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	struct thread *thread = thread_of(ctx, qdata);
	if (thread != NULL) {
		thread->verdict = DANCE_UNDECIDED;
	}
	if (ctx != NULL && !ctx->other_series) {
		session_spoil_tickets(qdata);
	}
	if (state == KNOTD_STATE_FAIL || (ctx != NULL && ctx->tickets_only)) {
		return state;
	}
	unsigned action = request_action(qdata, mod, ctx != NULL && ctx->catalog);
	if (action == 0 || (ctx != NULL && (ctx->actions & action) == 0)) {
		return state;
	}
	return guard(state, qdata, mod, action);
}

/* knotd's ACL said no. To a client that DNS has not denied, the answer is that we cannot
 * tell, unless it came with a TSIG key: that was then what failed. */
static knotd_state_t denied_by_acl(knotd_state_t state, knotd_qdata_t *qdata,
	knotd_mod_t *mod, enum dance_verdict verdict)
{
	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	if (verdict == DANCE_ALLOW) {
		char remote[REQUEST_REMOTE_SIZE], zone[REQUEST_ZONE_SIZE];
		request_remote(qdata, remote);
		request_zone(qdata, mod, zone);
		if (may_log(ctx, mod)) {
			knotd_mod_log(mod, LOG_NOTICE,
				"%s%s denied by the acl, remote %s %s, "
				"although DNS proves the client: no rule allows it",
				request_type(qdata), zone, remote, request_protocol(qdata));
		}
		return state;
	}
	if (dance_verdict_class(verdict) == DANCE_CLASS_FAIL &&
		qdata->query->tsig_rr == NULL) {
		return answer_unknown(qdata, verdict);
	}
	return state;
}

static knotd_state_t dance_end(knotd_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
	knotd_mod_t *mod)
{
	assert(pkt && qdata && mod);
	(void)pkt;

	struct thread *thread = thread_of(knotd_mod_ctx(mod), qdata);
	if (thread == NULL) {
		return state;
	}
	identity_hide(&thread->identity, qdata);
	if ((int)state != STATE_PRODUCE) {
		memo_drop(&thread->memo);
	}
	enum dance_verdict verdict = thread->verdict;
	thread->verdict = DANCE_UNDECIDED;
	if (verdict != DANCE_UNDECIDED && qdata->rcode == KNOT_RCODE_NOTAUTH &&
		qdata->rcode_tsig == KNOT_RCODE_NOERROR &&
		knotd_qdata_zone_name(qdata) != NULL) {
		return denied_by_acl(state, qdata, mod, verdict);
	}
	return state;
}

static char *counter_name(uint32_t idx, uint32_t idx_count)
{
	(void)idx_count;
	return strdup(dance_verdict_name((enum dance_verdict)idx));
}

/* The layout of a query belongs to a series of knotd, whose module ABI number does not
 * tell series apart. In 3.4.0 a rule of the ACL has no item "protocol" to be read. */
static bool is_other_series(const char *version)
{
	int major = 0, minor = 0, patch = 0;
	return version == NULL ||
		sscanf(version, "Knot DNS %d.%d.%d", &major, &minor, &patch) < 2 ||
		major != KNOT_VERSION_MAJOR || minor != KNOT_VERSION_MINOR ||
		(major == 3 && minor == 4 && patch < 1);
}

static bool is_catalog(knotd_mod_t *mod)
{
	if (knotd_mod_zone(mod) == NULL) {
		return false;
	}
	knotd_conf_t role = knotd_conf_zone(mod, C_CATALOG_ROLE, knotd_mod_zone(mod));
	return role.single.option == CATALOG_INTERPRET ||
		role.single.option == CATALOG_GENERATE;
}

/* Makes the context able to say yes. An error leaves it refusing everybody. */
static int set_up(struct dance_ctx *ctx, knotd_mod_t *mod, const struct conf *conf)
{
	char error[DANCE_ERROR_SIZE];
	ctx->threads = calloc(knotd_mod_threads(mod), sizeof(ctx->threads[0]));
	if (ctx->threads == NULL) {
		return KNOT_ENOMEM;
	}
	ctx->thread_count = knotd_mod_threads(mod);
	if (engine_join(&ctx->engine, mod, &conf->engine) != 0) {
		return KNOT_ENOMEM;
	}
	struct dance_options options = conf->options;
	if (conf->ca_file != NULL) {
		ctx->trust = dance_trust_new(conf->ca_file, error);
		if (ctx->trust == NULL) {
			knotd_mod_log(mod, LOG_ERR, "%s, PKIX records are unusable", error);
		}
		options.trust = ctx->trust;
	}
	ctx->roster = dance_roster_new(engine_context(&ctx->engine), conf->clients,
		conf->client_count, &options, error);
	if (ctx->roster == NULL) {
		knotd_mod_log(mod, LOG_ERR, "%s", error);
		return KNOT_ERROR;
	}
	refusal_forget_all();
	return KNOT_EOK;
}

static bool may_leave_to_acl(knotd_mod_t *mod)
{
	if (knotd_mod_zone(mod) != NULL) {
		return true;
	}
	knotd_mod_log(mod, LOG_ERR,
		"'refuse: off' is not in force: a global module cannot read "
		"the acl of each zone; attach the module to the zones");
	return false;
}

/* Without a section there are no clients. For all zones, such an instance only sees to it
 * that no session can be resumed; for one zone it lets nobody in. */
static int configure_without_section(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	if (knotd_mod_zone(mod) != NULL) {
		knotd_mod_log(mod, LOG_ERR,
			"no client can be proved: write 'module: "
			"mod-dance/ID' with the id of a section mod-dance");
		return KNOT_EINVAL;
	}
	ctx->tickets_only = true;
	return KNOT_EOK;
}

static int configure(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	/* What is not read is guarded. */
	ctx->actions = ACL_BIT(ACL_NOTIFY) | ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_UPDATE);
	ctx->catalog = is_catalog(mod);
	const char *version = knotd_conf_env(mod, KNOTD_CONF_ENV_VERSION).single.string;
	ctx->other_series = is_other_series(version);
	if (ctx->other_series) {
		knotd_mod_log(mod, LOG_ERR,
			"this module is built for Knot DNS %d.%d (3.4.1 or "
			"newer), and this is %s; build or install it for this version",
			KNOT_VERSION_MAJOR, KNOT_VERSION_MINOR,
			version != NULL ? version : "unknown");
		return KNOT_ENOTSUP;
	}
	struct conf conf;
	int ret = conf_read(&conf, mod);
	if (ret == KNOT_EOK && !conf.has_section) {
		ret = configure_without_section(ctx, mod);
		conf_clear(&conf);
		return ret;
	}
	if (ret == KNOT_EOK) {
		ctx->actions = conf.actions;
		ctx->identity_address = conf.identity_address;
		ctx->identity_entry = conf.identity_entry;
		ctx->counting = knotd_mod_stats_add(mod, "verdict", DANCE_VERDICT_COUNT,
					counter_name) == KNOT_EOK;
		ret = set_up(ctx, mod, &conf);
	}
	if (ret == KNOT_EOK && !conf.refuse) {
		ctx->leaves_to_acl = may_leave_to_acl(mod);
	}
	if (!session_can_spoil_tickets()) {
		knotd_mod_log(mod, LOG_ERR,
			"this GnuTLS takes the session tickets that are "
			"to end resumption; clients that resume a TLS session are refused "
			"(unproven)");
	}
	const struct lint lint = {
		.mod = mod,
		.instance = ctx->roster,
		.actions = ctx->actions,
		.clients = conf.clients,
		.client_count = conf.client_count,
		.identity_entry = ctx->identity_entry,
		.identity_address = ctx->identity_address,
		.leaves_to_acl = ctx->leaves_to_acl,
	};
	lint_acl(&lint);
	ctx->mixed = lint_tickets(&lint);
	conf_clear(&conf);
	return ret;
}

/* Never fails for what can go wrong at run time: knotd 3.4 goes on without a module that
 * fails to load, and the zone would be open. Instead, everybody is refused. */
static int dance_load(knotd_mod_t *mod)
{
	static _Atomic unsigned numbers;
	struct dance_ctx *ctx = calloc(1, sizeof(*ctx));
	knotd_mod_ctx_set(mod, ctx);
	if (ctx != NULL) {
		ctx->number = ++numbers;
	}
	int ret = ctx != NULL ? configure(ctx, mod) : KNOT_ENOMEM;
	if (ret != KNOT_EOK) {
		knotd_mod_log(mod, LOG_ERR, "everybody is refused (%s)",
			knot_strerror(ret));
	}

	ret = knotd_mod_hook(mod, KNOTD_STAGE_BEGIN, dance_begin);
	if (ret == KNOT_EOK) {
		ret = knotd_mod_hook(mod, KNOTD_STAGE_END, dance_end);
	}
	return ret;
}

static void dance_unload(knotd_mod_t *mod)
{
	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	if (ctx == NULL) {
		return;
	}
	dance_roster_free(ctx->roster);
	dance_trust_free(ctx->trust);
	engine_leave(&ctx->engine);
	for (unsigned i = 0; i < ctx->thread_count; i++) {
		free(ctx->threads[i]);
	}
	free(ctx->threads);
	free(ctx);
	knotd_mod_ctx_set(mod, NULL);
}

KNOTD_MOD_API(dance, KNOTD_MOD_FLAG_SCOPE_ANY | KNOTD_MOD_FLAG_OPT_CONF, dance_load,
	dance_unload, conf_items, conf_check);
