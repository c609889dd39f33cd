/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Instances of modules with their log and counters, and queries. */

#include "fake_knotd_mod.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#define LINE_MAX_KEPT 128
#define LINE_SIZE 512 /* knotd cuts lines too */
#define MOD_MAX 16

static struct {
	int priority;
	char text[LINE_SIZE];
} lines[LINE_MAX_KEPT];
static unsigned line_count;

static struct knotd_mod mods[MOD_MAX];
static _Atomic uint64_t stats[FAKE_STATS_MAX];

void fake_knotd_reset(void)
{
	fake_conf_reset();
	memset(mods, 0, sizeof(mods));
	for (size_t i = 0; i < FAKE_STATS_MAX; i++) {
		stats[i] = 0;
	}
	line_count = 0;
}

/* Modules. */

knotd_mod_t *fake_mod_new(const knot_dname_t *zone, const char *section)
{
	for (size_t i = 0; i < MOD_MAX; i++) {
		if (!mods[i].used) {
			mods[i] = (struct knotd_mod){
				.used = true, .zone = zone, .section = section
			};
			return &mods[i];
		}
	}
	abort();
}

int fake_mod_load(knotd_mod_t *mod)
{
	must(mod->used);
	return knotd_mod_api.load(mod);
}

void fake_mod_unload(knotd_mod_t *mod)
{
	must(mod->used);
	knotd_mod_api.unload(mod);
	must(mod->ctx == NULL);
	mod->used = false;
}

int knotd_mod_hook(knotd_mod_t *mod, knotd_stage_t stage, knotd_mod_hook_f hook)
{
	must(stage == KNOTD_STAGE_BEGIN || stage == KNOTD_STAGE_END);
	*(stage == KNOTD_STAGE_BEGIN ? &mod->begin : &mod->end) = hook;
	return KNOT_EOK;
}

void *knotd_mod_ctx(const knotd_mod_t *mod)
{
	return mod->ctx;
}

void knotd_mod_ctx_set(knotd_mod_t *mod, void *ctx)
{
	mod->ctx = ctx;
}

const knot_dname_t *knotd_mod_zone(const knotd_mod_t *mod)
{
	return mod->zone;
}

unsigned knotd_mod_threads(knotd_mod_t *mod)
{
	must(mod->used);
	return FAKE_THREADS;
}

void knotd_mod_log(knotd_mod_t *mod, int priority, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void knotd_mod_log(knotd_mod_t *mod, int priority, const char *format, ...)
{
	must(mod->used);
	va_list arguments;
	va_start(arguments, format);
	unsigned place = __atomic_fetch_add(&line_count, 1, __ATOMIC_SEQ_CST);
	if (place < LINE_MAX_KEPT) {
		lines[place].priority = priority;
		vsnprintf(lines[place].text, LINE_SIZE, format, arguments);
	}
	va_end(arguments);
}

unsigned fake_log_count(int priority, const char *part)
{
	unsigned count = 0;
	for (unsigned i = 0; i < line_count && i < LINE_MAX_KEPT; i++) {
		count += (priority < 0 || lines[i].priority == priority) &&
			strstr(lines[i].text, part) != NULL;
	}
	return count;
}

unsigned fake_log_lines(int priority, const char *line)
{
	unsigned count = 0;
	for (unsigned i = 0; i < line_count && i < LINE_MAX_KEPT; i++) {
		count += lines[i].priority == priority && strcmp(lines[i].text, line) == 0;
	}
	return count;
}

const char *fake_log_line(unsigned n)
{
	return n < line_count && n < LINE_MAX_KEPT ? lines[n].text : NULL;
}

void fake_log_clear(void)
{
	line_count = 0;
}

static unsigned stats_added, stats_failing;

void fake_stats_fail_at(unsigned n)
{
	stats_added = 0;
	stats_failing = n;
}

int knotd_mod_stats_add(knotd_mod_t *mod, const char *name, uint32_t count,
	knotd_mod_idx_to_str_f name_of)
{
	if (++stats_added == stats_failing) {
		return KNOT_ENOMEM;
	}
	must(mod->used && name != NULL && count <= FAKE_STATS_MAX);
	must(mod->item_count < FAKE_ITEMS_MAX);
	mod->items[mod->item_count].name = name;
	mod->items[mod->item_count].count = count;
	mod->items[mod->item_count].id_of = name_of;
	mod->item_count++;
	return KNOT_EOK;
}

void knotd_mod_stats_incr(knotd_mod_t *mod, unsigned thread, uint32_t counter,
	uint32_t index, uint64_t by)
{
	must(mod->used && thread < FAKE_THREADS && counter < mod->item_count);
	must(index < mod->items[counter].count);
	mod->items[counter].values[index] += by;
	if (counter == 0) {
		stats[index] += by;
	}
}

/* knotd adds up what its threads have: these all write to that of the first one. */
void knotd_mod_stats_store(knotd_mod_t *mod, unsigned thread, uint32_t counter,
	uint32_t index, uint64_t value)
{
	must(mod->used && thread == 0 && counter < mod->item_count);
	must(index < mod->items[counter].count);
	mod->items[counter].values[index] = value;
}

bool fake_mod_counts(const knotd_mod_t *mod)
{
	return mod->item_count > 0;
}

uint64_t fake_mod_stats(const knotd_mod_t *mod, unsigned index)
{
	must(index < FAKE_STATS_MAX);
	return mod->items[0].values[index];
}

const char *fake_mod_item(const knotd_mod_t *mod, unsigned number)
{
	return number < mod->item_count ? mod->items[number].name : NULL;
}

unsigned fake_mod_item_size(const knotd_mod_t *mod, unsigned number)
{
	must(number < mod->item_count);
	return mod->items[number].count;
}

int64_t fake_mod_value(const knotd_mod_t *mod, const char *item, const char *id)
{
	unsigned at = 0;
	while (at < mod->item_count && strcmp(mod->items[at].name, item) != 0) {
		at++;
	}
	must(at < mod->item_count);
	for (uint32_t i = 0; i < mod->items[at].count; i++) {
		char *text = mod->items[at].id_of(i, mod->items[at].count);
		bool found = text != NULL && strcmp(text, id) == 0;
		free(text);
		if (found) {
			return (int64_t)mod->items[at].values[i];
		}
	}
	return -1;
}

uint64_t fake_stats(unsigned index)
{
	must(index < FAKE_STATS_MAX);
	return stats[index];
}

/* Queries. */

void fake_query_init(struct fake_query *query, const knot_dname_t *zone,
	knotd_query_type_t type)
{
	memset(query, 0, sizeof(*query));
	struct sockaddr_in *v4 = (struct sockaddr_in *)&query->remote;
	v4->sin_family = AF_INET;
	v4->sin_port = htons(4711);
	v4->sin_addr.s_addr = htonl(0xc0000207);
	query->params.proto = KNOTD_QUERY_PROTO_UDP;
	query->params.flags = KNOTD_QUERY_FLAG_AUTHORIZED;
	query->params.remote = &query->remote;
	query->packet = knot_pkt_new(NULL, 512, NULL);
	must(query->packet != NULL);
	uint16_t rrtype = type == KNOTD_QUERY_TYPE_AXFR ? KNOT_RRTYPE_AXFR :
		type == KNOTD_QUERY_TYPE_IXFR           ? KNOT_RRTYPE_IXFR :
							  KNOT_RRTYPE_SOA;
	must(knot_pkt_put_question(query->packet, zone, KNOT_CLASS_IN, rrtype) == KNOT_EOK);
	knot_wire_set_id(query->packet->wire, 7);
	query->zone = zone;
	query->qdata.type = type;
	query->qdata.name = zone;
	query->qdata.query = query->packet;
	query->qdata.params = &query->params;
	query->qdata.rcode_ede = KNOT_EDNS_EDE_NONE;
}

void fake_query_clear(struct fake_query *query)
{
	fake_query_use_edns(query, false);
	knot_pkt_free(query->packet);
}

void fake_query_use_tls(struct fake_query *query, gnutls_session_t session)
{
	query->tls = (knot_tls_conn_t){ .session = session,
		.flags = KNOT_TLS_CONN_HANDSHAKE_DONE };
	query->params.proto = KNOTD_QUERY_PROTO_TLS;
	query->params.tls_conn = &query->tls;
}

void fake_query_use_edns(struct fake_query *query, bool edns)
{
	knot_rrset_clear(&query->qdata.opt_rr, NULL);
	if (edns) {
		must(knot_edns_init(&query->qdata.opt_rr, 1232, 0, KNOT_EDNS_VERSION,
			     NULL) == KNOT_EOK);
	}
}

knotd_state_t fake_begin_in(struct fake_query *query, knotd_mod_t *mod, knotd_state_t state)
{
	return mod->begin(state, query->packet, &query->qdata, mod);
}

knotd_state_t fake_begin(struct fake_query *query, knotd_mod_t *mod)
{
	return fake_begin_in(query, mod, FAKE_STATE_PRODUCE);
}

knotd_state_t fake_end(struct fake_query *query, knotd_mod_t *mod, knotd_state_t state)
{
	return mod->end(state, query->packet, &query->qdata, mod);
}

const char *fake_query_path(const struct fake_query *query)
{
	const struct sockaddr_un *address = (const struct sockaddr_un *)query->params.remote;
	return address->sun_family == AF_UNIX ? address->sun_path : NULL;
}

const knot_dname_t *knotd_qdata_zone_name(const knotd_qdata_t *qdata)
{
	return ((const struct fake_query *)qdata)->zone;
}

/* Nothing stands in the zones. */
knot_rrset_t knotd_qdata_zone_apex_rrset(const knotd_qdata_t *qdata, uint16_t type)
{
	(void)qdata;
	(void)type;
	return (knot_rrset_t){ .type = 0 };
}

int knotd_qdata_zone_rrset(const knotd_qdata_t *qdata, const knot_dname_t *zone,
	const knot_dname_t *node, uint16_t type, knot_rrset_t *out)
{
	(void)qdata;
	(void)zone;
	(void)node;
	(void)type;
	(void)out;
	return KNOT_ENONODE;
}
