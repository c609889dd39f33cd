/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The items of the sections that each daemon has. */

#include "conf_common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_items.h"

#define OF_COMMON(kind, field) PLACE(kind, conf_common, field)

static const knot_lookup_t targets[] = {
	{ false, "stderr" },
	{ true, "syslog" },
	{ 0, NULL },
};

static const knot_lookup_t formats[] = {
	{ false, "plain" },
	{ true, "json" },
	{ 0, NULL },
};

static const knot_lookup_t levels[] = {
	{ LEVEL_ERROR, "error" },
	{ LEVEL_WARNING, "warning" },
	{ LEVEL_NOTICE, "notice" },
	{ LEVEL_INFO, "info" },
	{ LEVEL_DEBUG, "debug" },
	{ 0, NULL },
};

/* clang-format off */
const yp_item_t conf_log_items[] = {
	{ "\x06""target", YP_TOPT, YP_VOPT = { targets, false }, YP_FNONE,
		OF_COMMON(CONF_SWITCH, log_syslog) },
	{ "\x05""level", YP_TOPT, YP_VOPT = { levels, LEVEL_INFO }, YP_FNONE,
		OF_COMMON(CONF_LEVEL, log_level) },
	{ "\x06""format", YP_TOPT, YP_VOPT = { formats, false }, YP_FNONE,
		OF_COMMON(CONF_SWITCH, log_json) },
	{ NULL },
};

const yp_item_t conf_dns_items[] = {
	{ "\x0c""trust-anchor", YP_TSTR, YP_VNONE, YP_FNONE,
		OF_COMMON(CONF_STRING, trust_anchor) },
	{ "\x0a""root-hints", YP_TSTR, YP_VNONE, YP_FNONE,
		OF_COMMON(CONF_STRING, root_hints) },
	{ "\x08""resolver", YP_TADDR, YP_VADDR = { 53 }, YP_FMULTI,
		OF_COMMON(CONF_FORWARDERS, forwarders) },
	{ "\x07""timeout", YP_TINT, YP_VINT = { 1, 5000, 500 }, YP_FNONE,
		OF_COMMON(CONF_NUMBER, timeout_ms) },
	{ "\x09""max-stale", YP_TINT, YP_VINT = { 0, 7 * DAY, 0, YP_STIME }, YP_FNONE,
		OF_COMMON(CONF_NUMBER, max_stale_s) },
	{ "\x12""lookups-per-second", YP_TINT,
		YP_VINT = { 1, DANCE_LOOKUPS_PER_SECOND_MAX, 100 }, YP_FNONE,
		OF_COMMON(CONF_NUMBER, lookups_per_second) },
	{ "\x11""lookups-in-flight", YP_TINT,
		YP_VINT = { 1, DANCE_LOOKUPS_IN_FLIGHT_MAX, 64 }, YP_FNONE,
		OF_COMMON(CONF_NUMBER, lookups_in_flight) },
	{ "\x08""remember", YP_TINT, YP_VINT = { 1, DANCE_REMEMBERED_MAX, 4096 }, YP_FNONE,
		OF_COMMON(CONF_NUMBER, remember) },
	{ NULL },
};
/* clang-format on */

bool conf_common_check(const struct conf_common *common, const struct conf_error *error)
{
	const char *user = common->user;
	const char *colon = user != NULL ? strchr(user, ':') : NULL;
	if (colon != NULL && (colon == user || colon[1] == '\0')) {
		return conf_fail(error, 0,
			"server: 'user' must be a user, or 'user:group', not '%s'", user);
	}
	return true;
}

bool conf_common_check_metrics(const struct conf_common *common, const char *kind,
	const char *id, const struct sockaddr_storage *listen,
	const struct conf_error *error)
{
	return common->metrics.size == 0 || !endpoint_is_equal(&common->metrics, listen) ||
		conf_fail(error, 0, "server: 'metrics' is %s, but %s %s listens there",
			common->metrics.text, kind, id);
}

void conf_common_print(const struct conf_common *common, const char *id)
{
	printf("  - id: \"%s\"\n", id);
	if (common->trust_anchor != NULL) {
		printf("    trust-anchor: \"%s\"\n", common->trust_anchor);
	}
	if (common->root_hints != NULL) {
		printf("    root-hints: \"%s\"\n", common->root_hints);
	}
	size_t count = 0;
	while (count < DANCE_FORWARDER_MAX && common->forwarders[count] != NULL) {
		count++;
	}
	conf_common_print_list("resolver", common->forwarders, count);
}

void conf_common_print_list(const char *key, char *const *values, size_t count)
{
	if (count == 0) {
		return;
	}
	printf("    %s: [", key);
	for (size_t i = 0; i < count; i++) {
		printf("%s \"%s\"", i > 0 ? "," : "", values[i]);
	}
	puts(" ]");
}

void conf_common_print_usages(unsigned usages, const char *ca_file)
{
	/* As the bits are numbered: DANCE_PKIX_TA is the first. */
	static const char *const words[] = { "pkix-ta", "pkix-ee", "dane-ta", "dane-ee" };
	const char *separator = "";
	fputs("    usage: [", stdout);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((usages & 1u << i) != 0) {
			printf("%s \"%s\"", separator, words[i]);
			separator = ",";
		}
	}
	puts(" ]");
	if (ca_file != NULL) {
		printf("    ca-file: \"%s\"\n", ca_file);
	}
}

void conf_common_clear(struct conf_common *common)
{
	free(common->user);
	free(common->trust_anchor);
	free(common->root_hints);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		free(common->forwarders[i]);
	}
}
