/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The items with their types, ranges and defaults. conf_value.c checks what libknot's parser does
 * not. */

#include "schema.h"

#include "conf.h"

#include "../../usages.h"
#include "conf_items.h"

static const knot_lookup_t passes[] = {
	{ CONF_PASS_TRANSFER, "transfer" },
	{ CONF_PASS_NOTIFY, "notify" },
	{ CONF_PASS_UPDATE, "update" },
	{ CONF_PASS_ANY, "any" },
	{ 0, NULL },
};

static const knot_lookup_t modes[] = {
	{ CONF_MODE_DNS, "dns" },
	{ CONF_MODE_STREAM, "stream" },
	{ 0, NULL },
};

static const knot_lookup_t proxies[] = {
	{ CONF_PROXY_OFF, "off" },
	{ CONF_PROXY_ON, "on" },
	{ CONF_PROXY_TLS, "tls" },
	/* As for items that are on or off only. */
	{ CONF_PROXY_OFF, "false" },
	{ CONF_PROXY_ON, "true" },
	{ 0, NULL },
};

static const knot_lookup_t sources[] = {
	{ false, "client" },
	{ true, "identity" },
	{ 0, NULL },
};

_Static_assert(offsetof(struct conf, common) == 0, "its items are at their own offsets");

#define OF_CONF(kind, field) PLACE(kind, conf, field)
#define OF_IDENTITY(kind, field) PLACE(kind, conf_identity, field)
#define OF_FRONT(kind, field) PLACE(kind, conf_front, field)
#define OF_CLIENT(kind, field) PLACE(kind, conf_client, field)

/* clang-format off */
static const yp_item_t server_items[] = {
	{ "\x04""user", YP_TSTR, YP_VNONE, YP_FNONE, OF_CONF(CONF_STRING, common.user) },
	{ "\x07""metrics", YP_TSTR, YP_VNONE, YP_FNONE, OF_CONF(CONF_ENDPOINT, common.metrics) },
	{ "\x07""threads", YP_TINT, YP_VINT = { 0, 16, 0 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, threads) },
	{ "\x0f""max-connections", YP_TINT, YP_VINT = { 1, 65536, 1024 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_connections) },
	{ "\x0e""max-handshakes", YP_TINT, YP_VINT = { 1, 65536, 256 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_handshakes) },
	{ "\x0f""max-per-address", YP_TINT, YP_VINT = { 1, 65536, 32 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_per_address) },
	{ "\x10""max-per-identity", YP_TINT, YP_VINT = { 1, 65536, 32 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_per_identity) },
	{ "\x0e""max-per-suffix", YP_TINT, YP_VINT = { 1, 65536, 256 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_per_suffix) },
	{ "\x0e""max-per-server", YP_TINT, YP_VINT = { 1, 65536, 64 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_per_server) },
	{ "\x0e""max-per-client", YP_TINT, YP_VINT = { 1, 65536, 256 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_per_client) },
	{ "\x11""handshake-timeout", YP_TINT, YP_VINT = { 1, 300, 10, YP_STIME }, YP_FNONE,
		OF_CONF(CONF_NUMBER, handshake_timeout_s) },
	{ "\x0c""idle-timeout", YP_TINT, YP_VINT = { 1, DAY, 60, YP_STIME }, YP_FNONE,
		OF_CONF(CONF_NUMBER, idle_timeout_s) },
	{ "\x0e""answer-timeout", YP_TINT, YP_VINT = { 1, HOUR, 30, YP_STIME }, YP_FNONE,
		OF_CONF(CONF_NUMBER, answer_timeout_s) },
	{ "\x09""extension", YP_TINT, YP_VINT = { 0, 65535, 0xff42 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, extension) },
	{ NULL },
};

static const yp_item_t identity_items[] = {
	{ "\x02""id", YP_TSTR, YP_VNONE, YP_FNONE, OF_IDENTITY(CONF_STRING, id) },
	{ "\x04""name", YP_TSTR, YP_VNONE, CONF_NEEDED, OF_IDENTITY(CONF_PATTERN, name) },
	{ "\x07""address", YP_TADDR, YP_VNONE, YP_FNONE, OF_IDENTITY(CONF_HOST, address) },
	{ NULL },
};

static const yp_item_t front_items[] = {
	{ "\x02""id", YP_TSTR, YP_VNONE, YP_FNONE, OF_FRONT(CONF_STRING, id) },
	{ "\x04""mode", YP_TOPT, YP_VOPT = { modes, CONF_MODE_DNS }, YP_FNONE,
		OF_FRONT(CONF_BITS, mode) },
	{ "\x06""listen", YP_TADDR, YP_VNONE, /* the default port depends on the mode */
		YP_FMULTI | CONF_NEEDED | CONF_PORTLESS,
		PLACES(conf_front, listen, listen_count) },
	{ "\x04""alpn", YP_TSTR, YP_VNONE, YP_FMULTI,
		LIST(CONF_PROTOCOLS, conf_front, alpn, alpn_count) },
	{ "\x09""cert-file", YP_TSTR, YP_VNONE, YP_FNONE, OF_FRONT(CONF_STRING, cert_file) },
	{ "\x08""key-file", YP_TSTR, YP_VNONE, CONF_NEEDED, OF_FRONT(CONF_STRING, key_file) },
	{ "\x06""server", YP_TSTR, YP_VNONE, CONF_NEEDED, OF_FRONT(CONF_ENDPOINT, server) },
	{ "\x05""proxy", YP_TOPT, YP_VOPT = { proxies, CONF_PROXY_ON }, YP_FNONE,
		OF_FRONT(CONF_BITS, proxy) },
	{ "\x06""source", YP_TOPT, YP_VOPT = { sources, false }, YP_FNONE,
		OF_FRONT(CONF_SWITCH, source_identity) },
	{ "\x07""recheck", YP_TBOOL, YP_VBOOL = { true }, YP_FNONE,
		OF_FRONT(CONF_SWITCH, recheck) },
	{ "\x0c""idle-timeout", YP_TINT, YP_VINT = { 1, DAY, 0, YP_STIME }, YP_FNONE,
		OF_FRONT(CONF_NUMBER, idle_timeout_s) },
	{ "\x08""identity", YP_TREF, YP_VREF = { "\x08""identity" }, YP_FMULTI,
		OF_FRONT(CONF_REFERENCES, identities) },
	{ "\x0d""client-within", YP_TSTR, YP_VNONE, YP_FMULTI,
		LIST(CONF_NAMES, conf_front, within, within_count) },
	{ "\x04""pass", YP_TOPT, YP_VOPT = { passes, CONF_PASS_TRANSFER }, YP_FMULTI,
		OF_FRONT(CONF_BITS, pass) },
	{ "\x05""usage", YP_TOPT, YP_VOPT = { usage_words, DANCE_USAGES_DEFAULT },
		YP_FMULTI, OF_FRONT(CONF_BITS, usages) },
	{ "\x07""ca-file", YP_TSTR, YP_VNONE, YP_FNONE, OF_FRONT(CONF_STRING, ca_file) },
	{ "\x0c""require-name", YP_TBOOL, YP_VBOOL = { false }, YP_FNONE,
		OF_FRONT(CONF_SWITCH, require_name) },
	{ NULL },
};

static const yp_item_t client_items[] = {
	{ "\x02""id", YP_TSTR, YP_VNONE, YP_FNONE, OF_CLIENT(CONF_STRING, id) },
	{ "\x06""listen", YP_TADDR, YP_VNONE, YP_FMULTI | CONF_NEEDED,
		PLACES(conf_client, listen, listen_count) },
	{ "\x07""primary", YP_TADDR, YP_VADDR = { 853 }, YP_FMULTI | CONF_NEEDED,
		PLACES(conf_client, primaries, primary_count) },
	{ "\x04""name", YP_TSTR, YP_VNONE, CONF_NEEDED, OF_CLIENT(CONF_NAME, name) },
	{ "\x0b""client-name", YP_TSTR, YP_VNONE, YP_FNONE, OF_CLIENT(CONF_NAME, client_name) },
	{ "\x09""cert-file", YP_TSTR, YP_VNONE, YP_FNONE, OF_CLIENT(CONF_STRING, cert_file) },
	{ "\x08""key-file", YP_TSTR, YP_VNONE, CONF_NEEDED, OF_CLIENT(CONF_STRING, key_file) },
	{ "\x07""raw-key", YP_TBOOL, YP_VBOOL = { false }, YP_FNONE,
		OF_CLIENT(CONF_SWITCH, raw_key) },
	{ "\x07""ca-file", YP_TSTR, YP_VNONE, YP_FNONE, OF_CLIENT(CONF_STRING, ca_file) },
	{ "\x04""pass", YP_TOPT, YP_VOPT = { passes, CONF_PASS_TRANSFER }, YP_FMULTI,
		OF_CLIENT(CONF_BITS, pass) },
	{ NULL },
};
/* clang-format on */

/* A section must stand before those that refer to it. */
/* clang-format off */
const yp_item_t conf_schema[] = {
	{ "\x06""server", YP_TGRP, YP_VGRP = { server_items } },
	{ "\x03""log", YP_TGRP, YP_VGRP = { conf_log_items } },
	{ "\x03""dns", YP_TGRP, YP_VGRP = { conf_dns_items } },
	{ "\x08""identity", YP_TGRP, YP_VGRP = { identity_items }, YP_FMULTI },
	{ "\x05""front", YP_TGRP, YP_VGRP = { front_items }, YP_FMULTI },
	{ "\x06""client", YP_TGRP, YP_VGRP = { client_items }, YP_FMULTI },
	{ NULL },
};
/* clang-format on */
