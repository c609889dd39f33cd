/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * One section of the module, its clients, and the connection that is asked on. */

#include "knot_scene.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "acl.h"

const knot_dname_t scene_zone[] = "\7example\3com";

struct credential mine, other, member, long_one;
static const struct alternative_name member_names[] = { DNS(MEMBER) };
static const struct alternative_name long_names[] = { DNS(LONG_NAME) };

struct fake_query query;
struct fake_tls tls;

/* The module's own clock: only tests let time pass. */
_Atomic long scene_seconds, scene_nanoseconds;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){ .tv_sec = scene_seconds, .tv_nsec = scene_nanoseconds };
	return 0;
}

int knot_scene_make(void **state)
{
	(void)state;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256 });
	make_certificate(&other, &(struct wish){ .key = KEY_P256 });
	make_certificate(&member,
		&(struct wish){ .key = KEY_P256, .names = member_names, .name_count = 1 });
	make_certificate(&long_one,
		&(struct wish){ .key = KEY_P256, .names = long_names, .name_count = 1 });
	return 0;
}

int knot_scene_clear(void **state)
{
	(void)state;
	clear_certificate(&mine);
	clear_certificate(&other);
	clear_certificate(&member);
	clear_certificate(&long_one);
	return 0;
}

/* One section, that permits one name and all names below one suffix. */
int knot_scene_begin(void **state)
{
	scene_seconds += 1000;
	scene_nanoseconds = 0;
	fake_knotd_reset();
	fake_tls_set_default_expiration(21600);
	fake_conf_text("mod-dance", "one", "client", NAME);
	fake_conf_text("mod-dance", "one", "client", "*." SUFFIX);
	int ret = scene_begin(state);
	publish(NAME, 3600, &mine);
	publish(MEMBER, 3600, &member);
	publish(LONG_NAME, 3600, &long_one);
	fake_query_init(&query, scene_zone, KNOTD_QUERY_TYPE_AXFR);
	fake_tls_init(&tls);
	return ret;
}

int knot_scene_end(void **state)
{
	fake_query_clear(&query);
	return scene_end(state) != 0 || fake_conf_lists() != 0;
}

knotd_mod_t *load(void)
{
	knotd_mod_t *mod = fake_mod_new(scene_zone, "one");
	assert_int_equal(fake_mod_load(mod), KNOT_EOK);
	fake_resolver_settle();
	return mod;
}

/* A new connection and a new query, of a client that proves this certificate (NULL: none). */
void come(const struct credential *certificate, knotd_query_type_t type)
{
	fake_query_clear(&query);
	fake_query_init(&query, scene_zone, type);
	fake_tls_init(&tls);
	if (certificate != NULL) {
		fake_tls_show(&tls, &certificate->whole[TLSA_CERTIFICATE]);
	}
	fake_query_use_tls(&query, fake_tls_session(&tls));
}

bool passes(knotd_mod_t *mod)
{
	return fake_begin(&query, mod) == FAKE_STATE_PRODUCE;
}

/* The last message of the query has gone. */
void finish(knotd_mod_t *mod)
{
	assert_int_equal(fake_end(&query, mod, KNOTD_STATE_DONE), KNOTD_STATE_DONE);
}

void check_refused(const char *row, knotd_mod_t *mod, enum dance_verdict verdict,
	uint16_t rcode)
{
	uint64_t counted = fake_stats(verdict);
	check_true(row, fake_begin(&query, mod) == KNOTD_STATE_FAIL);
	check_row(row, query.qdata.rcode == rcode ? verdict : DANCE_UNDECIDED, verdict);
	check_true(row, (query.params.flags & KNOTD_QUERY_FLAG_AUTHORIZED) == 0);
	check_true(row, fake_stats(verdict) == counted + 1);
	check_true(row, fake_query_path(&query) == NULL);
	check_true(row, fake_end(&query, mod, KNOTD_STATE_FAIL) == KNOTD_STATE_FAIL);
	check_true(row, query.qdata.rcode == rcode);
}

void come_over_tcp(void)
{
	query.params.proto = KNOTD_QUERY_PROTO_TCP;
}

static void udp(void)
{
	query.params.proto = KNOTD_QUERY_PROTO_UDP;
}

static void quic(void)
{
	query.params.proto = KNOTD_QUERY_PROTO_QUIC;
}

static void half_a_handshake(void)
{
	query.tls.flags = 0;
}

static void tls12(void)
{
	tls.version = GNUTLS_TLS1_2;
}

void come_resumed(void)
{
	tls.resumed = true;
}

static void not_proved(void)
{
	tls.proved = false;
}

static void no_certificate(void)
{
	tls.chain_count = 0;
}

/* What its certificate would prove does not count if this is so. */
#define USE_TLS "use TLS on the client, port 853 (Knot DNS: 'tls: on')"

/* What its certificate would prove does not count if this is so. */
const struct unproven unproven[UNPROVEN_COUNT] = {
	{ "TCP", come_over_tcp, DANCE_DENY_TRANSPORT, "TCP", "plain TCP", USE_TLS },
	{ "UDP", udp, DANCE_DENY_TRANSPORT, "UDP", "plain UDP", USE_TLS },
	{ "QUIC", quic, DANCE_DENY_TRANSPORT, "QUIC",
		"QUIC: a module cannot see its client certificate", USE_TLS },
	{ "half a handshake", half_a_handshake, DANCE_DENY_TRANSPORT, "TLS",
		"the TLS handshake is not finished", USE_TLS },
	{ "TLS 1.2", tls12, DANCE_DENY_TRANSPORT, "TLS", "TLS older than 1.3", USE_TLS },
	{ "resumed", come_resumed, DANCE_DENY_UNPROVEN, "TLS", "the TLS session was resumed",
		"add 'global-module: mod-dance' to the default template and restart "
		"knotd" },
	{ "not proved", not_proved, DANCE_DENY_UNPROVEN, "TLS",
		"the handshake did not prove the client's key",
		"nothing, if it happens once; else restart the client" },
	{ "no certificate", no_certificate, DANCE_DENY_CREDENTIAL, "TLS",
		"no client certificate", "configure a certificate and key on the client" },
};

void check_logged(const struct unproven *row, int priority, const char *outcome)
{
	char line[512];
	snprintf(line, sizeof(line),
		"AXFR %s, remote 192.0.2.7@4711, protocol %s, verdict %s (%s); do: %s",
		outcome, row->protocol, dance_verdict_name(row->verdict), row->reason,
		row->advice);
	if (fake_log_lines(priority, line) != 1) {
		fail_msg("%s: '%s', not '%s'", row->row, fake_log_line(0), line);
	}
	assert_null(fake_log_line(1));
}

void use_alias(void)
{
	fake_conf_bool("mod-dance", "one", "identity-address", true);
}

void use_acl(void)
{
	use_alias();
	fake_conf_bool("mod-dance", "one", "refuse", false);
	fake_conf_text("zone", "", "acl", "by-name");
	fake_conf_option("acl", "by-name", "action", ACL_TRANSFER);
	fake_conf_address("acl", "by-name", "address", "/dance/" NAME);
	fake_conf_text("zone", "", "acl", "by-key");
	fake_conf_option("acl", "by-key", "action", ACL_TRANSFER);
	fake_conf_text("acl", "by-key", "key", "shared");
}
