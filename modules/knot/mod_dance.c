/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * mod-dance: zone transfers (and NOTIFY, and updates) for those whom DNS proves. Knows
 * knotd's hooks; who may come is decided in libdance. Nothing here can grant anything:
 * after an ALLOW knotd's own ACL still decides. */

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <knot/module.h>

#include "../extended_error.h"
#include "conf.h"
#include "dance.h"
#include "engine.h"
#include "identity.h"
#include "lint.h"
#include "memo.h"
#include "quota.h"
#include "session.h"

#define C_CATALOG_ROLE		"\x0C""catalog-role"

/* Values of catalog-role for zones that are catalogs. */
#define CATALOG_INTERPRET	1
#define CATALOG_GENERATE	2

#define COUNTER_VERDICT		0

#define REFUSALS_PER_SECOND	10

/* What knotd calls the state in which a transfer has more messages to come. */
#define STATE_PRODUCE		2

/* What a worker thread remembers from hook to hook. */
struct thread {
	struct memo memo;
	struct identity identity;
};

struct dance_ctx {
	struct engine_user engine;
	struct dance_trust *trust;   /* NULL: PKIX records are unusable */
	struct dance_roster *roster; /* NULL: everybody is refused */
	struct thread *threads;
	unsigned thread_count;
	unsigned actions;            /* bits of 1 << ACL action */
	bool identity_address;
	bool catalog;                /* the zone is a catalog zone */
	bool other_series;           /* built for another knotd: no connection is looked at */
	bool counting;
	struct quota refusals;
};

static struct thread *thread_of(struct dance_ctx *ctx, const knotd_qdata_t *qdata)
{
	unsigned id = qdata->params->thread_id;
	return ctx != NULL && id < ctx->thread_count ? &ctx->threads[id] : NULL;
}

/* A catalog zone by its looks (RFC 9432 4.1), where the configuration of the zone is not
 * at hand: its only NS record is "invalid.". */
static bool looks_like_catalog(const knotd_qdata_t *qdata)
{
	static const uint8_t invalid[] = "\x07" "invalid";
	knot_rrset_t ns = knotd_qdata_zone_apex_rrset(qdata, KNOT_RRTYPE_NS);
	return ns.rrs.count == 1 && ns.rrs.rdata->len == sizeof(invalid) &&
		memcmp(ns.rrs.rdata->data, invalid, sizeof(invalid)) == 0;
}

/* Which of the ACL's actions is this, as a bit? None for ordinary queries; to read a
 * catalog zone by queries is to transfer it, as for knotd's ACL. */
static unsigned action_of(const struct dance_ctx *ctx, const knotd_qdata_t *qdata,
	const knotd_mod_t *mod)
{
	switch (qdata->type) {
	case KNOTD_QUERY_TYPE_AXFR:
	case KNOTD_QUERY_TYPE_IXFR:
		return 1u << LINT_ACTION_TRANSFER;
	case KNOTD_QUERY_TYPE_NOTIFY:
		return 1u << LINT_ACTION_NOTIFY;
	case KNOTD_QUERY_TYPE_UPDATE:
		return 1u << LINT_ACTION_UPDATE;
	case KNOTD_QUERY_TYPE_NORMAL:
		if ((ctx != NULL && ctx->catalog) ||
		    (knotd_mod_zone(mod) == NULL && looks_like_catalog(qdata))) {
			return 1u << LINT_ACTION_TRANSFER;
		}
		return 0;
	case KNOTD_QUERY_TYPE_INVALID:
		break;
	}
	return 0;
}

static const char *type_text(const knotd_qdata_t *qdata)
{
	switch (qdata->type) {
	case KNOTD_QUERY_TYPE_AXFR:
		return "AXFR";
	case KNOTD_QUERY_TYPE_IXFR:
		return "IXFR";
	case KNOTD_QUERY_TYPE_NOTIFY:
		return "NOTIFY";
	case KNOTD_QUERY_TYPE_UPDATE:
		return "UPDATE";
	case KNOTD_QUERY_TYPE_NORMAL:
	case KNOTD_QUERY_TYPE_INVALID:
		break;
	}
	return "query";
}

static const char *proto_text(const knotd_qdata_t *qdata)
{
	switch (qdata->params->proto) {
	case KNOTD_QUERY_PROTO_UDP:
		return "UDP";
	case KNOTD_QUERY_PROTO_TCP:
		return "TCP";
	case KNOTD_QUERY_PROTO_QUIC:
		return "QUIC";
	case KNOTD_QUERY_PROTO_TLS:
		break;
	}
	return "TLS";
}

static void remote_text(const knotd_qdata_t *qdata, char *text, size_t size)
{
	const struct sockaddr_storage *remote = knotd_qdata_remote_addr(qdata);
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)remote;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)remote;
	char address[INET6_ADDRSTRLEN] = "";
	switch (remote->ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &v4->sin_addr, address, sizeof(address));
		snprintf(text, size, "%s@%u", address, ntohs(v4->sin_port));
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &v6->sin6_addr, address, sizeof(address));
		snprintf(text, size, "%s@%u", address, ntohs(v6->sin6_port));
		break;
	default:
		snprintf(text, size, "UNIX socket");
		break;
	}
}

/* A module of all zones names the zone itself; for one of a zone knotd does. */
static void zone_text(const knotd_qdata_t *qdata, knotd_mod_t *mod, char *text, size_t size)
{
	knot_dname_txt_storage_t name;
	const knot_dname_t *zone = knotd_qdata_zone_name(qdata);
	text[0] = '\0';
	if (knotd_mod_zone(mod) != NULL) {
		return;
	}
	if (zone == NULL) {
		zone = knot_pkt_qname(qdata->query);
	}
	if (zone != NULL && knot_dname_to_str(name, zone, sizeof(name)) != NULL) {
		snprintf(text, size, " of %s", name);
	}
}

static void log_verdict(struct dance_ctx *ctx, const knotd_qdata_t *qdata, knotd_mod_t *mod,
	const struct dance_result *result)
{
	bool allowed = result->verdict == DANCE_ALLOW;
	unsigned suppressed = 0;
	if (!allowed && !quota_take(&ctx->refusals, REFUSALS_PER_SECOND, &suppressed)) {
		return;
	}
	char line[DANCE_LINE_SIZE], remote[INET6_ADDRSTRLEN + 8];
	char zone[KNOT_DNAME_TXT_MAXLEN + 5];
	remote_text(qdata, remote, sizeof(remote));
	zone_text(qdata, mod, zone, sizeof(zone));
	knotd_mod_log(mod, allowed ? LOG_INFO : LOG_NOTICE, "%s%s %s, remote %s %s, %s",
		type_text(qdata), zone, allowed ? "allowed" : "refused", remote,
		proto_text(qdata), dance_result_line(result, line, sizeof(line)));
	if (suppressed != 0) {
		knotd_mod_log(mod, LOG_NOTICE, "%u more refusals were not logged", suppressed);
	}
}

static knotd_state_t refuse(knotd_qdata_t *qdata, enum dance_verdict verdict)
{
	qdata->rcode = dance_verdict_class(verdict) == DANCE_CLASS_FAIL ?
		KNOT_RCODE_SERVFAIL : KNOT_RCODE_NOTAUTH;
	qdata->rcode_ede = extended_error(verdict);
	qdata->params->flags &= ~KNOTD_QUERY_FLAG_AUTHORIZED;
	return KNOTD_STATE_FAIL;
}

static enum dance_verdict say(struct dance_result *result, enum dance_verdict verdict,
	const char *why)
{
	*result = (struct dance_result){ .verdict = verdict };
	snprintf(result->detail, sizeof(result->detail), "%s", why);
	return verdict;
}

/* The whole decision on one message. *memo tells whether it was only remembered. */
static enum dance_verdict decide(struct dance_ctx *ctx, struct thread *thread,
	const knotd_qdata_t *qdata, struct dance_result *result, bool *remembered)
{
	struct session session;
	const char *why;
	*remembered = false;
	if (ctx == NULL || thread == NULL || ctx->other_series) {
		return say(result, DANCE_FAIL_INTERNAL, "the module could not be set up");
	}
	enum dance_verdict verdict = session_open(&session, qdata, &why);
	if (verdict != DANCE_UNDECIDED) {
		return say(result, verdict, why);
	}
	if (memo_has(&thread->memo, qdata, session.tls)) {
		*remembered = true;
		(void)say(result, DANCE_ALLOW, "");
		memcpy(result->name, thread->memo.name, sizeof(result->name));
		return DANCE_ALLOW;
	}
	verdict = dance_verify(ctx->roster, &session.peer, result);
	if (verdict == DANCE_ALLOW && ctx->identity_address && !identity_fits(result->name)) {
		verdict = result->verdict = DANCE_DENY_NAME;
		snprintf(result->detail, sizeof(result->detail),
			"the name is too long for identity-address");
	}
	if (verdict == DANCE_ALLOW) {
		memo_take(&thread->memo, qdata, session.tls, result->name);
	}
	return verdict;
}

static knotd_state_t dance_begin(knotd_state_t state, knot_pkt_t *pkt,
	knotd_qdata_t *qdata, knotd_mod_t *mod)
{
	assert(pkt && qdata && mod);
	(void)pkt;

	struct dance_ctx *ctx = knotd_mod_ctx(mod);
	struct thread *thread = thread_of(ctx, qdata);
	unsigned action = action_of(ctx, qdata, mod);
	bool guarded = action != 0 && (ctx == NULL || (ctx->actions & action) != 0);

	/* Also with the SOA query before a transfer, and with a NOTIFY. */
	if (ctx != NULL && !ctx->other_series && (guarded || action != 0 ||
	    knot_pkt_qtype(qdata->query) == KNOT_RRTYPE_SOA)) {
		session_spoil_tickets(qdata);
	}
	if (!guarded || state == KNOTD_STATE_FAIL) {
		return state;
	}

	struct dance_result result;
	bool remembered;
	enum dance_verdict verdict = decide(ctx, thread, qdata, &result, &remembered);
	if (!remembered && ctx != NULL) {
		if (ctx->counting) {
			knotd_mod_stats_incr(mod, qdata->params->thread_id, COUNTER_VERDICT,
				verdict, 1);
		}
		log_verdict(ctx, qdata, mod, &result);
	}
	if (verdict != DANCE_ALLOW) {
		return refuse(qdata, verdict);
	}
	if (ctx->identity_address) {
		identity_show(&thread->identity, qdata, result.name);
	}
	return state;
}

static knotd_state_t dance_end(knotd_state_t state, knot_pkt_t *pkt,
	knotd_qdata_t *qdata, knotd_mod_t *mod)
{
	assert(pkt && qdata && mod);
	(void)pkt;

	struct thread *thread = thread_of(knotd_mod_ctx(mod), qdata);
	if (thread != NULL) {
		identity_hide(&thread->identity, qdata);
		if ((int)state != STATE_PRODUCE) {
			memo_drop(&thread->memo);
		}
	}
	return state;
}

static char *counter_name(uint32_t idx, uint32_t idx_count)
{
	(void)idx_count;
	return strdup(dance_verdict_name((enum dance_verdict)idx));
}

/* The layout of a query belongs to a series of knotd, whose module ABI number does not
 * tell series apart. */
static bool is_other_series(knotd_mod_t *mod)
{
	knotd_conf_t version = knotd_conf_env(mod, KNOTD_CONF_ENV_VERSION);
	int major = 0, minor = 0;
	return version.single.string == NULL ||
		sscanf(version.single.string, "Knot DNS %d.%d", &major, &minor) != 2 ||
		major != KNOT_VERSION_MAJOR || minor != KNOT_VERSION_MINOR;
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
	return KNOT_EOK;
}

static int configure(struct dance_ctx *ctx, knotd_mod_t *mod)
{
	struct conf conf;
	int ret = conf_read(&conf, mod);
	ctx->actions = conf.actions;
	ctx->identity_address = conf.identity_address;
	ctx->catalog = is_catalog(mod);
	ctx->other_series = is_other_series(mod);
	ctx->counting = knotd_mod_stats_add(mod, "verdict", DANCE_VERDICT_COUNT,
		counter_name) == KNOT_EOK;
	if (ctx->other_series) {
		knotd_mod_log(mod, LOG_ERR, "built for Knot DNS %d.%d", KNOT_VERSION_MAJOR,
			KNOT_VERSION_MINOR);
		ret = KNOT_ENOTSUP;
	}
	if (ret == KNOT_EOK) {
		ret = set_up(ctx, mod, &conf);
	}
	if (!session_can_spoil_tickets()) {
		knotd_mod_log(mod, LOG_ERR, "this GnuTLS lets clients resume TLS sessions; "
			"they are refused then (unproven)");
	}
	lint_acl(mod, ctx->actions, ctx->identity_address);
	conf_clear(&conf);
	return ret;
}

/* Never fails for what can go wrong at run time: knotd 3.4 goes on without a module that
 * fails to load, and the zone would be open. Instead, everybody is refused. */
static int dance_load(knotd_mod_t *mod)
{
	struct dance_ctx *ctx = calloc(1, sizeof(*ctx));
	knotd_mod_ctx_set(mod, ctx);
	int ret = ctx != NULL ? configure(ctx, mod) : KNOT_ENOMEM;
	if (ret != KNOT_EOK) {
		knotd_mod_log(mod, LOG_ERR, "everybody is refused (%s)", knot_strerror(ret));
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
	free(ctx->threads);
	free(ctx);
	knotd_mod_ctx_set(mod, NULL);
}

KNOTD_MOD_API(dance, KNOTD_MOD_FLAG_SCOPE_ANY, dance_load, dance_unload, conf_items,
	conf_check);
