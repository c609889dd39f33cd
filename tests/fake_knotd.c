/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keeps what the test made up in arrays. Stops the program where a test asks for what it
 * has no room for or does not know. */

#include "fake_knotd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define ENTRY_MAX 128
#define LINE_MAX_KEPT 128
#define LINE_SIZE 512 /* knotd cuts lines too */
#define MOD_MAX 16
#define STATS_MAX 64
#define SECTION "mod-dance"

struct knotd_mod {
	bool used;
	const knot_dname_t *zone;
	const char *section;
	void *ctx;
	knotd_mod_hook_f begin, end;
	bool counts;
	uint64_t stats[STATS_MAX];
};

static struct entry {
	const char *section, *id, *item;
	knotd_conf_val_t value;
} entries[ENTRY_MAX];
static char texts[ENTRY_MAX][512];
static size_t entry_count;

/* Each state of the configuration has a host name of its own, somewhere else. */
static char host_names[4096];
static unsigned conf_state;

static unsigned list_calls, failing_call;
static const char *version;
static char default_version[32];

static struct {
	int priority;
	char text[LINE_SIZE];
} lines[LINE_MAX_KEPT];
static unsigned line_count;

static struct knotd_mod mods[MOD_MAX];
static uint64_t stats[STATS_MAX];

static void must(bool condition)
{
	if (!condition) {
		abort();
	}
}

void fake_knotd_reset(void)
{
	memset(entries, 0, sizeof(entries));
	memset(mods, 0, sizeof(mods));
	memset(stats, 0, sizeof(stats));
	entry_count = 0;
	conf_state++;
	line_count = 0;
	fake_conf_fail_at(0);
	snprintf(default_version, sizeof(default_version), "Knot DNS %d.%d.%d",
		KNOT_VERSION_MAJOR, KNOT_VERSION_MINOR, 1);
	version = default_version;
}

void fake_knotd_set_version(const char *text)
{
	version = text;
}

/* The configuration. */

void fake_conf_add(const char *section, const char *id, const char *item,
	const knotd_conf_val_t *value)
{
	must(entry_count < ENTRY_MAX);
	entries[entry_count++] = (struct entry){ section, id, item, *value };
	conf_state++;
}

/* Each value stands in a place of its own. */
void fake_conf_text(const char *section, const char *id, const char *item, const char *text)
{
	must(entry_count < ENTRY_MAX && strlen(text) < sizeof(texts[0]));
	strcpy(texts[entry_count], text);
	const knotd_conf_val_t value = { .data = (const uint8_t *)texts[entry_count],
		.data_len = strlen(text) + 1 };
	fake_conf_add(section, id, item, &value);
}

void fake_conf_option(const char *section, const char *id, const char *item,
	unsigned option)
{
	const knotd_conf_val_t value = { .option = option };
	fake_conf_add(section, id, item, &value);
}

void fake_conf_bool(const char *section, const char *id, const char *item, bool boolean)
{
	const knotd_conf_val_t value = { .boolean = boolean };
	fake_conf_add(section, id, item, &value);
}

void fake_conf_address(const char *section, const char *id, const char *item,
	const char *text)
{
	knotd_conf_val_t value = { .addr_mask = -1 };
	struct sockaddr_un *local = (struct sockaddr_un *)&value.addr;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&value.addr;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&value.addr;
	char address[64];
	snprintf(address, sizeof(address), "%s", text);
	char *mask = strchr(address + 1, '/');
	if (text[0] == '/') {
		local->sun_family = AF_UNIX;
		must(strlen(text) < sizeof(local->sun_path));
		strcpy(local->sun_path, text);
		fake_conf_add(section, id, item, &value);
		return;
	}
	if (mask != NULL) {
		*mask = '\0';
		value.addr_mask = atoi(mask + 1);
	}
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
	} else {
		must(inet_pton(AF_INET6, address, &v6->sin6_addr) == 1);
		v6->sin6_family = AF_INET6;
	}
	fake_conf_add(section, id, item, &value);
}

void fake_conf_fail_at(unsigned n)
{
	list_calls = 0;
	failing_call = n;
}

unsigned fake_conf_calls(void)
{
	return list_calls;
}

/* The module's own item of this name. */
static const yp_item_t *schema_of(const char *item)
{
	for (const yp_item_t *at = knotd_mod_api.config; at->name != NULL; at++) {
		if (strcmp(at->name + 1, item) == 0) {
			return at;
		}
	}
	return NULL;
}

/* knotd gives a list in memory of its own, and a single value in place. */
static bool is_list(const char *section, const char *item)
{
	static const char *const singles[] = { "automatic-acl", "catalog-role", "deny",
		"domain", "id", "quic", "template", "tls" };
	if (strcmp(section, SECTION) == 0) {
		const yp_item_t *schema = schema_of(item);
		must(schema != NULL || strcmp(item, "id") == 0);
		return schema != NULL && (schema->flags & YP_FMULTI) != 0;
	}
	for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++) {
		if (strcmp(singles[i], item) == 0) {
			return false;
		}
	}
	return true;
}

static void set_default(const char *section, const char *item, knotd_conf_val_t *value)
{
	const yp_item_t *schema = strcmp(section, SECTION) == 0 ? schema_of(item) : NULL;
	if (schema == NULL) {
		return;
	}
	if (schema->type == YP_TINT) {
		value->integer = schema->var.i.dflt;
	} else if (schema->type == YP_TBOOL) {
		value->boolean = schema->var.b.dflt;
	} else if (schema->type == YP_TOPT) {
		value->option = schema->var.o.dflt;
	}
}

static knotd_conf_t find(const char *section, const char *id, const char *item)
{
	knotd_conf_t found = { .count = 0 };
	bool list = is_list(section, item);
	if (list) {
		found.multi = ++list_calls == failing_call ?
			NULL :
			malloc(ENTRY_MAX * sizeof(found.multi[0]));
		if (found.multi == NULL) {
			errno = ENOMEM;
			return found;
		}
	} else {
		set_default(section, item, &found.single);
	}
	for (size_t i = 0; i < entry_count; i++) {
		const struct entry *entry = &entries[i];
		if (strcmp(entry->section, section) != 0 || strcmp(entry->id, id) != 0 ||
			strcmp(entry->item, item) != 0) {
			continue;
		}
		if (list) {
			found.multi[found.count++] = entry->value;
		} else {
			found.single = entry->value;
			found.count = 1;
		}
	}
	if (list && found.count == 0) {
		free(found.multi);
		found.multi = NULL;
	}
	return found;
}

knotd_conf_t knotd_conf(knotd_mod_t *mod, const yp_name_t *section, const yp_name_t *item,
	const knotd_conf_t *id)
{
	must(mod->used);
	return find(section + 1, id != NULL ? (const char *)id->single.data : "", item + 1);
}

knotd_conf_t knotd_conf_zone(knotd_mod_t *mod, const yp_name_t *item,
	const knot_dname_t *zone)
{
	must(mod->used && zone != NULL);
	return find("zone", "", item + 1);
}

knotd_conf_t knotd_conf_mod(knotd_mod_t *mod, const yp_name_t *item)
{
	if (mod->section == NULL) {
		return find(SECTION, "there is none", item + 1);
	}
	if (strcmp(item + 1, "id") == 0) {
		return (knotd_conf_t){ .single.string = mod->section, .count = 1 };
	}
	return find(SECTION, mod->section, item + 1);
}

knotd_conf_t knotd_conf_env(knotd_mod_t *mod, knotd_conf_env_t env)
{
	must(mod->used);
	knotd_conf_t found = { .count = 1 };
	if (env == KNOTD_CONF_ENV_VERSION) {
		found.single.string = version;
	} else if (env == KNOTD_CONF_ENV_HOSTNAME) {
		found.single.string = &host_names[conf_state % sizeof(host_names)];
	} else {
		must(env == KNOTD_CONF_ENV_WORKERS_TCP);
		found.single.integer = FAKE_THREADS;
	}
	return found;
}

void knotd_conf_free(knotd_conf_t *conf)
{
	if (conf->count > 0) {
		free(conf->multi);
	}
	memset(conf, 0, sizeof(*conf));
}

static bool is_in(const knotd_conf_val_t *range, const struct sockaddr_storage *address)
{
	bool is_v4 = address->ss_family == AF_INET;
	unsigned bits = is_v4 ? 32 : 128;
	if (range->addr.ss_family != address->ss_family || address->ss_family == AF_UNIX) {
		return false;
	}
	if (range->addr_mask >= 0 && (unsigned)range->addr_mask < bits) {
		bits = (unsigned)range->addr_mask;
	}
	const struct sockaddr_in *a4 = (const struct sockaddr_in *)&range->addr;
	const struct sockaddr_in *b4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *a6 = (const struct sockaddr_in6 *)&range->addr;
	const struct sockaddr_in6 *b6 = (const struct sockaddr_in6 *)address;
	const uint8_t *a = is_v4 ? (const uint8_t *)&a4->sin_addr : a6->sin6_addr.s6_addr;
	const uint8_t *b = is_v4 ? (const uint8_t *)&b4->sin_addr : b6->sin6_addr.s6_addr;
	for (unsigned i = 0; i < bits; i++) {
		if (((a[i / 8] ^ b[i / 8]) & (0x80 >> i % 8)) != 0) {
			return false;
		}
	}
	return true;
}

bool knotd_conf_addr_range_match(const knotd_conf_t *range,
	const struct sockaddr_storage *address)
{
	for (size_t i = 0; i < range->count; i++) {
		if (is_in(&range->multi[i], address)) {
			return true;
		}
	}
	return false;
}

knotd_conf_t knotd_conf_check_item(knotd_conf_check_args_t *args, const yp_name_t *item)
{
	return find(SECTION, (const char *)args->id, item + 1);
}

int fake_conf_check(const char *id, const char **error)
{
	knotd_conf_check_args_t args = { .id = (const uint8_t *)id,
		.id_len = strlen(id) + 1 };
	int ret = knotd_mod_api.config_check(&args);
	*error = args.err_str;
	return ret;
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

void fake_log_clear(void)
{
	line_count = 0;
}

int knotd_mod_stats_add(knotd_mod_t *mod, const char *name, uint32_t count,
	knotd_mod_idx_to_str_f name_of)
{
	must(mod->used && name != NULL && count <= STATS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		free(name_of(i, count));
	}
	mod->counts = true;
	return KNOT_EOK;
}

void knotd_mod_stats_incr(knotd_mod_t *mod, unsigned thread, uint32_t counter,
	uint32_t index, uint64_t by)
{
	must(mod->used && thread < FAKE_THREADS && counter == 0 && index < STATS_MAX);
	must(mod->counts);
	mod->stats[index] += by;
	stats[index] += by;
}

bool fake_mod_counts(const knotd_mod_t *mod)
{
	return mod->counts;
}

uint64_t fake_mod_stats(const knotd_mod_t *mod, unsigned index)
{
	must(index < STATS_MAX);
	return mod->stats[index];
}

uint64_t fake_stats(unsigned index)
{
	must(index < STATS_MAX);
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
