/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In the place of knotd: the functions that it gives to modules, over a configuration, zones and
 * queries that the test makes up. Its lists are allocated by malloc(), so that a test which makes
 * that fail sees what knotd's modules see. Everything else is static. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <gnutls/gnutls.h>
#include <knot/module.h>
#include <libknot/quic/tls.h>

/* The module under test. */
extern const knotd_mod_api_t knotd_mod_api;

/* Forgets the configuration, the log, the counters and the modules. */
void fake_knotd_reset(void);

/* Adds a value to an item. `id` is "" where the section has none. In the section "zone" the id ""
 * is for what all zones have from their template, and the name of a zone in wire form for what it
 * has itself. Whatever is not set has its default. Section, id and item stay the caller's. */
void fake_conf_add(const char *section, const char *id, const char *item,
	const knotd_conf_val_t *value);

/* The same for a string, or the id of another section. */
void fake_conf_text(const char *section, const char *id, const char *item,
	const char *text);

/* For an option, by its number. */
void fake_conf_option(const char *section, const char *id, const char *item,
	unsigned option);

void fake_conf_bool(const char *section, const char *id, const char *item, bool value);

/* For an address: "192.0.2.1", "2001:db8::1", "192.0.2.0/24" or "/path". */
void fake_conf_address(const char *section, const char *id, const char *item,
	const char *text);

/* The server's, NULL for none; the one that the tests are built for at first. */
void fake_knotd_set_version(const char *version);

/* The server's TCP workers, FAKE_THREADS at first. */
void fake_knotd_set_workers(int workers);

/* The n-th call for a list finds no memory, from 1; 0: none. Starts to count anew. */
void fake_conf_fail_at(unsigned n);
unsigned fake_conf_calls(void);

/* Lists that were read and not given back. */
long fake_conf_lists(void);

/* Checks section `id` of the module as knotc does. */
int fake_conf_check(const char *id, const char **error);

/* Makes an instance for the zone in wire format, or for all zones (NULL); with that section, or
 * without any (NULL). */
knotd_mod_t *fake_mod_new(const knot_dname_t *zone, const char *section);

/* What its load() returns. */
int fake_mod_load(knotd_mod_t *mod);
void fake_mod_unload(knotd_mod_t *mod);

/* How many lines of the log hold this, of this priority or of any (-1)? */
unsigned fake_log_count(int priority, const char *part);

/* How many are this and nothing else? */
unsigned fake_log_lines(int priority, const char *line);

/* The n-th line from 0, or NULL. */
const char *fake_log_line(unsigned n);
void fake_log_clear(void);

/* How often was this verdict counted? */
uint64_t fake_stats(unsigned index);

/* The same of one instance, and whether it has counters at all. */
bool fake_mod_counts(const knotd_mod_t *mod);
uint64_t fake_mod_stats(const knotd_mod_t *mod, unsigned index);

/* The n-th item that is added is refused, from 1; 0: none. Starts to count anew. */
void fake_stats_fail_at(unsigned n);

/* The name of its item of this number, or NULL, and how many values it has; the value in an item
 * with this id, or -1 if there is none. */
const char *fake_mod_item(const knotd_mod_t *mod, unsigned number);
unsigned fake_mod_item_size(const knotd_mod_t *mod, unsigned number);
int64_t fake_mod_value(const knotd_mod_t *mod, const char *item, const char *id);

#define FAKE_THREADS 8

/* One query, which the test may change before each message. */
struct fake_query {
	knotd_qdata_t qdata;
	knotd_qdata_params_t params;
	struct sockaddr_storage remote;
	knot_tls_conn_t tls;
	const knot_dname_t *zone; /* NULL: the server has none for it */
	knot_pkt_t *packet;
};

/* Of this kind, over UDP from 192.0.2.7@4711 on thread 0; for the zone, in wire format. */
void fake_query_init(struct fake_query *query, const knot_dname_t *zone,
	knotd_query_type_t type);
void fake_query_clear(struct fake_query *query);

/* Lets the query come over TLS in this session. */
void fake_query_use_tls(struct fake_query *query, gnutls_session_t session);

/* Gives the query an OPT record (EDNS), or takes it away. */
void fake_query_use_edns(struct fake_query *query, bool edns);

/* The state in which knotd processes a query that has not been answered yet, or in which more
 * messages follow. */
#define FAKE_STATE_PRODUCE ((knotd_state_t)2)

/* Calls the module's hook before a message, in that state or in another one, and the hook after
 * it. */
knotd_state_t fake_begin_in(struct fake_query *query, knotd_mod_t *mod,
	knotd_state_t state);
knotd_state_t fake_begin(struct fake_query *query, knotd_mod_t *mod);
knotd_state_t fake_end(struct fake_query *query, knotd_mod_t *mod, knotd_state_t state);

/* What knotd's ACL sees as the client's address: the path, or NULL if it is no UNIX path. */
const char *fake_query_path(const struct fake_query *query);
