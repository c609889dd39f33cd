/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * mod-dance: zone transfers (and NOTIFY, and updates) for clients that DNS proves. Knows the
 * module's configuration and knotd's hooks; libdance decides which clients are permitted.
 * Nothing here can grant anything: after an ALLOW knotd's own ACL still decides. */

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <knot/module.h>

#include "../usages.h"
#include "acl.h"
#include "acl_alias.h"
#include "answer.h"
#include "conf.h"
#include "conf_lint.h"
#include "ctx.h"
#include "dance.h"
#include "decision.h"
#include "gauges.h"
#include "log.h"
#include "request.h"
#include "session.h"
#include "zone_conf.h"

#define COUNTER_VERDICT 0

/* What knotd calls the state in which a transfer has more messages to come. */
#define STATE_PRODUCE 2

static const knot_lookup_t actions[] = {
	{ ACL_TRANSFER, "transfer" },
	{ ACL_NOTIFY, "notify" },
	{ ACL_UPDATE, "update" },
	{ 0, NULL },
};

static const yp_item_t dance_conf[] = {
	{ MOD_CLIENT, YP_TSTR, YP_VNONE, YP_FMULTI },
	{ MOD_CLIENT_WITHIN, YP_TSTR, YP_VNONE, YP_FMULTI },
	{ MOD_ACTION, YP_TOPT, YP_VOPT = { actions, ACL_TRANSFER }, YP_FMULTI },
	{ MOD_USAGE, YP_TOPT, YP_VOPT = { usage_words, DANCE_USAGES_DEFAULT }, YP_FMULTI },
	{ MOD_CA_FILE, YP_TSTR, YP_VNONE },
	{ MOD_IDENTITY_ADDRESS, YP_TBOOL, YP_VNONE },
	{ MOD_IDENTITY_ENTRY, YP_TBOOL, YP_VNONE },
	{ MOD_REFUSE, YP_TBOOL, YP_VBOOL = { true } },
	{ MOD_ZONE_COUNTERS, YP_TBOOL, YP_VBOOL = { true } },
	{ MOD_RESOLVER, YP_TADDR, YP_VADDR = { 53 }, YP_FMULTI },
	{ MOD_TRUST_ANCHOR, YP_TSTR, YP_VNONE },
	{ MOD_ROOT_HINTS, YP_TSTR, YP_VNONE },
	{ MOD_TIMEOUT, YP_TINT, YP_VINT = { 1, 5000, 500 } },
	{ MOD_MAX_STALE, YP_TINT, YP_VINT = { 0, 7 * 24 * 3600, 0, YP_STIME } },
	{ MOD_LOOKUPS_PER_SECOND, YP_TINT,
		YP_VINT = { 1, DANCE_LOOKUPS_PER_SECOND_MAX, 100 } },
	{ MOD_LOOKUPS_IN_FLIGHT, YP_TINT, YP_VINT = { 1, DANCE_LOOKUPS_IN_FLIGHT_MAX, 64 } },
	{ MOD_REMEMBER, YP_TINT, YP_VINT = { 1, DANCE_REMEMBERED_MAX, 4096 } },
	{ NULL },
};

static const char *check_clients(const knotd_conf_t *clients)
{
	static _Thread_local char text[DANCE_ERROR_SIZE + 8]; /* knotd prints it at once */
	char error[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < clients->count; i++) {
		if (!dance_roster_check_name(clients->multi[i].string, error)) {
			snprintf(text, sizeof(text), "client %s", error);
			return text;
		}
	}
	return clients->count == 0 ? "'client' is missing" : NULL;
}

/* A fence is of names on lists: "@name". */
static const char *check_within(const knotd_conf_t *within, const knotd_conf_t *clients)
{
	char error[DANCE_ERROR_SIZE];
	bool lists = false;
	for (size_t i = 0; i < clients->count; i++) {
		lists = lists || clients->multi[i].string[0] == '@';
	}
	if (within->count > 0 && !lists) {
		return "client-within requires a list in client, like @clients.example.net";
	}
	for (size_t i = 0; i < within->count; i++) {
		const char *name = within->multi[i].string;
		if (strchr("*@", name[0]) != NULL ||
			!dance_roster_check_name(name, error)) {
			return "client-within is not a name";
		}
	}
	return NULL;
}

static const char *check_identity(const knotd_conf_t *clients, bool address, bool entry,
	bool refuse)
{
	if (entry && !address) {
		return "identity-entry requires identity-address: on";
	}
	if (!refuse && !address) {
		return "refuse: off requires identity-address: on";
	}
	for (size_t i = 0; address && i < clients->count; i++) {
		if (!acl_alias_fits(clients->multi[i].string)) {
			return "client name too long for identity-address";
		}
	}
	return NULL;
}

static const char *check_resolvers(const knotd_conf_t *resolvers)
{
	if (resolvers->count > DANCE_FORWARDER_MAX) {
		return "resolver has more than 8 addresses";
	}
	for (size_t i = 0; i < resolvers->count; i++) {
		const struct sockaddr_storage *addr = &resolvers->multi[i].addr;
		if (addr->ss_family == AF_UNIX) {
			return "resolver is not an IP address";
		}
		if (conf_port(addr) == 0) {
			return "the port of resolver must not be 0";
		}
	}
	return NULL;
}

static const char *check_usage(const knotd_conf_t *usage, const knotd_conf_t *ca_file)
{
	bool pkix = (conf_option_bits(usage, false, 0) & (DANCE_PKIX_TA | DANCE_PKIX_EE)) !=
		0;
	if (pkix && ca_file->count == 0) {
		return "usage pkix-ta or pkix-ee requires ca-file";
	}
	if (!pkix && ca_file->count != 0) {
		return "ca-file requires usage pkix-ta or pkix-ee";
	}
	if (ca_file->count != 0 && access(ca_file->single.string, R_OK) != 0) {
		return "ca-file cannot be read";
	}
	return NULL;
}

static int dance_conf_check(knotd_conf_check_args_t *args)
{
	section_checked();
	knotd_conf_t clients = knotd_conf_check_item(args, MOD_CLIENT);
	knotd_conf_t within = knotd_conf_check_item(args, MOD_CLIENT_WITHIN);
	knotd_conf_t usage = knotd_conf_check_item(args, MOD_USAGE);
	knotd_conf_t ca_file = knotd_conf_check_item(args, MOD_CA_FILE);
	knotd_conf_t address = knotd_conf_check_item(args, MOD_IDENTITY_ADDRESS);
	knotd_conf_t entry = knotd_conf_check_item(args, MOD_IDENTITY_ENTRY);
	knotd_conf_t refuse = knotd_conf_check_item(args, MOD_REFUSE);
	knotd_conf_t resolvers = knotd_conf_check_item(args, MOD_RESOLVER);

	const char *error = check_clients(&clients);
	if (error == NULL) {
		error = check_within(&within, &clients);
	}
	if (error == NULL) {
		error = check_identity(&clients, address.single.boolean,
			entry.single.boolean, refuse.single.boolean);
	}
	if (error == NULL) {
		error = check_resolvers(&resolvers);
	}
	if (error == NULL) {
		error = check_usage(&usage, &ca_file);
	}

	knotd_conf_free(&clients);
	knotd_conf_free(&within);
	knotd_conf_free(&usage);
	knotd_conf_free(&resolvers);
	if (error != NULL) {
		args->err_str = error;
		return KNOT_EINVAL;
	}
	return KNOT_EOK;
}

static char *counter_name(uint32_t idx, uint32_t idx_count)
{
	(void)idx_count;
	return strdup(dance_verdict_name((enum dance_verdict)idx));
}

/* In 3.4.0 a rule of the ACL has no item "protocol" to be read. */
#define PATCH_MIN (KNOT_VERSION_MAJOR == 3 && KNOT_VERSION_MINOR == 4 ? 1 : 0)

/* The layout of a query belongs to a series of knotd, whose module ABI number does not
 * tell series apart. */
static bool is_other_series(knotd_mod_t *mod)
{
	int major = 0, minor = 0, patch = 0;
	const char *version = knotd_conf_env(mod, KNOTD_CONF_ENV_VERSION).single.string;
	if (version != NULL) {
		(void)sscanf(version, "Knot DNS %d.%d.%d", &major, &minor, &patch);
	}
	if (major == KNOT_VERSION_MAJOR && minor == KNOT_VERSION_MINOR &&
		patch >= PATCH_MIN) {
		return false;
	}
	struct log_line line;
	log_line_begin(&line, "all clients are refused");
	log_line_reason(&line,
		"this module is built for Knot DNS %d.%d, 3.4.1 or newer, and this is %s",
		KNOT_VERSION_MAJOR, KNOT_VERSION_MINOR,
		version != NULL ? version : "unknown");
	log_end(mod, LOG_ERR, &line, "build or install the module for this version");
	return true;
}

/* Those of the server have names of their own, for programs that do not tell it from a zone. */
static bool add_counters(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	bool of_zone = knotd_mod_zone(mod) != NULL;
	const char *verdicts = of_zone ? "dance-verdict" : "dance-server-verdict";
	return knotd_mod_stats_add(mod, verdicts, dance_verdict_count(), counter_name) ==
		KNOT_EOK &&
		(of_zone || gauges_register(ctx, COUNTER_VERDICT + 1));
}

/* Without a section there are no clients. For all zones, such an instance only sees to it
 * that no session can be resumed, and counts what the instances of zones decide; for one zone it
 * permits no client. */
static int configure_without_section(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	if (knotd_mod_zone(mod) != NULL) {
		log_text(mod, LOG_ERR,
			"no client can be authenticated (this module has no section); do: write "
			"'module: mod-dance/ID' with the id of a section mod-dance");
		return KNOT_EINVAL;
	}
	ctx->tickets_only = true;
	ctx->counting = add_counters(ctx, mod);
	return KNOT_EOK;
}

/* Applies the values of the section that are for this instance. */
static void configure_with_section(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	const struct section *section = ctx->section;
	bool of_zone = knotd_mod_zone(mod) != NULL;
	ctx->actions = (uint8_t)section->actions;
	ctx->counting = (section->zone_counters || !of_zone) && add_counters(ctx, mod);
	if (section->status != KNOT_EOK || section->refuse) {
		return;
	}
	ctx->leaves_to_acl = of_zone;
	if (!ctx->leaves_to_acl) {
		log_text(mod, LOG_ERR,
			"'refuse: off' has no effect (a global module cannot read the acl of each "
			"zone); do: attach the module to the zones");
	}
}

/* Logs what does not fit the module in the rest of the configuration, once for all zones of a
 * section of which it is the same. */
static void log_conf_lint(const struct dance_ctx *ctx, knotd_mod_t *mod, bool same)
{
	struct section *section = ctx->section;
	const struct conf_lint lint = {
		.mod = mod,
		.instance = section->roster,
		.actions = section->actions,
		.clients = (const char *const *)section->clients,
		.client_count = section->client_count,
		.identity_entry = section->identity_entry,
		.identity_address = section->identity_address,
		.leaves_to_acl = ctx->leaves_to_acl,
		.zone = knotd_mod_zone(mod) != NULL ? &section->zone : NULL,
	};
	if (!section->linted && !session_can_spoil_tickets()) {
		log_text(mod, LOG_ERR,
			"TLS sessions can be resumed (the TLS library accepts the tickets that "
			"prevent it; clients that resume are refused as unproven); do: report "
			"this with the version of GnuTLS");
	}
	if (!same) {
		conf_lint_acl(&lint);
	}
	if (!section->linted && !section->told) {
		section->mixed = conf_lint_tickets(&lint);
		section->told = knotd_mod_zone(mod) != NULL;
	}
	section->linted = true;
}

/* Makes the context able to say yes. An error leaves it refusing all clients. */
static int configure(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	/* What is not read is guarded. */
	ctx->actions = ACL_BIT(ACL_NOTIFY) | ACL_BIT(ACL_TRANSFER) | ACL_BIT(ACL_UPDATE);
	ctx->other_series = is_other_series(mod);
	if (ctx->other_series) {
		ctx->catalog = zone_conf_is_catalog(mod);
		return KNOT_ENOTSUP;
	}
	int ret = section_join(ctx, mod);
	if (ctx->section != NULL) {
		section_lock();
		bool same = false;
		if (knotd_mod_zone(mod) != NULL) {
			same = zone_conf_is_same(mod, &ctx->section->zone);
			ctx->catalog = ctx->section->zone.catalog;
		}
		configure_with_section(ctx, mod);
		log_conf_lint(ctx, mod, same);
		section_unlock();
		return ctx->threads != NULL ? ret : KNOT_ENOMEM;
	}
	ctx->catalog = zone_conf_is_catalog(mod);
	return ret == KNOT_EOK ? configure_without_section(ctx, mod) : ret;
}

static void count(const struct dance_ctx *ctx, const knotd_qdata_t *qdata, knotd_mod_t *mod,
	enum dance_verdict verdict)
{
	unsigned thread = qdata->params->thread_id;
	if (ctx->counting) {
		knotd_mod_stats_incr(mod, thread, COUNTER_VERDICT, verdict, 1);
	}
	if (knotd_mod_zone(mod) != NULL) {
		threads_note(ctx->threads, thread, verdict);
	}
}

/* What the instances of the zone have decided on this message is counted by the one of all
 * zones too, whose hooks come first. */
static void count_noted(const struct dance_ctx *ctx, const knotd_qdata_t *qdata,
	knotd_mod_t *mod)
{
	enum dance_verdict verdicts[THREAD_INSTANCES];
	unsigned thread = qdata->params->thread_id;
	size_t noted = threads_noted(ctx->threads, thread, verdicts);
	for (size_t i = 0; i < noted && ctx->counting; i++) {
		knotd_mod_stats_incr(mod, thread, COUNTER_VERDICT, verdicts[i], 1);
	}
}

/* Decides on a message, and tells knotd's ACL and its counters what came of it. */
static knotd_state_t guard(knotd_state_t state, knotd_qdata_t *qdata, knotd_mod_t *mod,
	unsigned action)
{
	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	if (ctx == NULL) {
		return answer_refused(qdata, DANCE_FAIL_INTERNAL);
	}
	struct dance_thread *thread = ctx_make_thread(ctx, qdata);
	struct decision decision;
	decision_make(&decision, ctx, thread, qdata, mod, action);
	decision_log(&decision, ctx, qdata, mod);
	enum dance_verdict verdict = decision.result.verdict;
	if (!decision.of_transfer) {
		count(ctx, qdata, mod, verdict);
	}
	if (thread == NULL || !decision_passes(&decision)) {
		return answer_refused(qdata, verdict);
	}
	if (decision.alias[0] != '\0') {
		acl_alias_show(&thread->alias, qdata, decision.alias);
	}
	thread->verdict = verdict;
	return state;
}

/* knotd's ACL said no. To a client that DNS has not denied, the answer is that we cannot
 * tell, unless it came with a TSIG key: that was then what failed. */
static knotd_state_t denied_by_acl(knotd_state_t state, knotd_qdata_t *qdata,
	knotd_mod_t *mod, enum dance_verdict verdict)
{
	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	if (verdict == DANCE_ALLOW && ctx_may_log(ctx, mod)) {
		char remote[REQUEST_REMOTE_SIZE], zone[REQUEST_ZONE_SIZE];
		request_remote(qdata, remote);
		request_zone(qdata, mod, zone);
		struct log_line line;
		log_line_begin(&line, "%s%s denied by the acl", request_type(qdata), zone);
		log_line_key(&line, "remote", "%s", remote);
		log_line_key(&line, "protocol", "%s", request_protocol(qdata));
		log_line_key(&line, "verdict", "%s", dance_verdict_name(verdict));
		log_line_reason(&line, "no acl rule allows this client");
		log_end(mod, LOG_NOTICE, &line, ctx_acl_advice(ctx));
	}
	if (dance_verdict_class(verdict) == DANCE_CLASS_FAIL &&
		qdata->query->tsig_rr == NULL) {
		return answer_unknown(qdata, verdict);
	}
	return state;
}

/* Before each message, and before knotd asks its ACL. */
static knotd_state_t dance_begin(knotd_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
	knotd_mod_t *mod)
{
	assert(pkt && qdata && mod);
	(void)pkt;

	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	struct dance_thread *thread = ctx_thread(ctx, qdata);
	if (thread != NULL) {
		thread->verdict = DANCE_UNDECIDED;
	}
	if (ctx != NULL && !ctx->other_series) {
		session_spoil_tickets(qdata);
	}
	if (ctx != NULL && ctx->tickets_only) {
		enum dance_verdict others[THREAD_INSTANCES]; /* none, or of another query */
		(void)threads_noted(ctx->threads, qdata->params->thread_id, others);
		return state;
	}
	if (state == KNOTD_STATE_FAIL) {
		return state;
	}
	bool catalog = ctx != NULL ? ctx->catalog : zone_conf_is_catalog(mod);
	unsigned action = request_action(qdata, mod, catalog);
	if (action == 0 || (ctx != NULL && (ctx->actions & action) == 0)) {
		return state;
	}
	return guard(state, qdata, mod, action);
}

/* After each message. */
static knotd_state_t dance_end(knotd_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
	knotd_mod_t *mod)
{
	assert(pkt && qdata && mod);
	(void)pkt;

	const struct dance_ctx *ctx = knotd_mod_ctx(mod);
	if (ctx != NULL && ctx->tickets_only) {
		count_noted(ctx, qdata, mod);
		return state;
	}
	struct dance_thread *thread = ctx_thread(ctx, qdata);
	if (thread == NULL) {
		return state;
	}
	acl_alias_hide(&thread->alias, qdata);
	if ((int)state != STATE_PRODUCE) {
		xfr_verdict_clear(&thread->xfr);
	}
	enum dance_verdict verdict = thread->verdict;
	thread_release(thread);
	if (verdict == DANCE_ALLOW && qdata->rcode == KNOT_RCODE_NOERROR) {
		gauges_note_allow(ctx->section);
	}
	if (verdict != DANCE_UNDECIDED && qdata->rcode == KNOT_RCODE_NOTAUTH &&
		qdata->rcode_tsig == KNOT_RCODE_NOERROR &&
		knotd_qdata_zone_name(qdata) != NULL) {
		return denied_by_acl(state, qdata, mod, verdict);
	}
	return state;
}

/* Never fails for what can go wrong at run time: knotd 3.4 goes on without a module that
 * fails to load, and the zone would be open. Instead, all clients are refused. */
static int dance_load(knotd_mod_t *mod)
{
	struct dance_ctx *ctx = ctx_new(mod);
	knotd_mod_ctx_set(mod, ctx);
	int ret = ctx != NULL ? configure(ctx, mod) : KNOT_ENOMEM;
	if (ret != KNOT_EOK && (ctx == NULL || !ctx->other_series)) {
		struct log_line line;
		log_line_begin(&line, "all clients are refused");
		log_line_reason(&line, "%s", knot_strerror(ret));
		log_end(mod, LOG_ERR, &line, "correct the error above and reload");
	}

	ret = knotd_mod_hook(mod, KNOTD_STAGE_BEGIN, dance_begin);
	if (ret == KNOT_EOK) {
		ret = knotd_mod_hook(mod, KNOTD_STAGE_END, dance_end);
	}
	if (ret == KNOT_EOK) {
		gauges_attach(ctx);
	}
	return ret;
}

static void dance_unload(knotd_mod_t *mod)
{
	ctx_free(knotd_mod_ctx(mod));
	knotd_mod_ctx_set(mod, NULL);
}

KNOTD_MOD_API(dance, KNOTD_MOD_FLAG_SCOPE_ANY | KNOTD_MOD_FLAG_OPT_CONF, dance_load,
	dance_unload, dance_conf, dance_conf_check);
