/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The configuration of the false knotd: keeps what the test made up in arrays. */

#include "fake_knotd_mod.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#define ENTRY_MAX 128
#define SECTION "mod-dance"

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
static long lists; /* that were not given back */
static const char *version;
static int workers;
static char default_version[32];

void fake_conf_reset(void)
{
	memset(entries, 0, sizeof(entries));
	entry_count = 0;
	lists = 0;
	conf_state++;
	fake_conf_fail_at(0);
	snprintf(default_version, sizeof(default_version), "Knot DNS %d.%d.%d",
		KNOT_VERSION_MAJOR, KNOT_VERSION_MINOR, 1);
	version = default_version;
	workers = FAKE_THREADS;
}

void fake_knotd_set_workers(int count)
{
	workers = count;
}

void fake_knotd_set_version(const char *text)
{
	version = text;
}

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
	char *mask = strchr(address + 1, '/'), *port = strchr(address, '@');
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
	if (port != NULL) {
		*port = '\0';
		v4->sin_port = htons((uint16_t)atoi(port + 1));
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

long fake_conf_lists(void)
{
	return lists;
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
	} else if (schema->type == YP_TSTR) {
		value->string = "what is not set has no text";
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
	lists += found.count > 0 && list;
	return found;
}

knotd_conf_t knotd_conf(knotd_mod_t *mod, const yp_name_t *section, const yp_name_t *item,
	const knotd_conf_t *id)
{
	must(mod->used && (id == NULL || id->count == 1));
	must(id == NULL ||
		id->single.data_len == strlen((const char *)id->single.data) + 1);
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
		found.single.integer = workers;
	}
	return found;
}

void knotd_conf_free(knotd_conf_t *conf)
{
	if (conf->count > 0) {
		free(conf->multi);
		lists--;
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
