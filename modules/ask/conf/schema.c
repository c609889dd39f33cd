/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The items with their types, ranges and defaults. conf_value.c checks what libknot's parser
 * does not. */

#include "schema.h"

#include "conf.h"
#include "conf_items.h"

static const knot_lookup_t dialects[] = {
	{ CONF_POSTFIX, "postfix" },
	{ CONF_SOCKETMAP, "socketmap" },
	{ CONF_LINE, "line" },
	{ 0, NULL },
};

static const knot_lookup_t versions[] = {
	{ 2, "1.2" },
	{ 3, "1.3" },
	{ 0, NULL },
};

_Static_assert(offsetof(struct conf, common) == 0, "its items are at their own offsets");

#define OF_CONF(kind, field) PLACE(kind, conf, field)
#define OF_ASK(kind, field) PLACE(kind, conf_ask, field)

/* clang-format off */
static const yp_item_t server_items[] = {
	{ "\x04""user", YP_TSTR, YP_VNONE, YP_FNONE, OF_CONF(CONF_STRING, common.user) },
	{ "\x07""metrics", YP_TSTR, YP_VNONE, YP_FNONE, OF_CONF(CONF_ENDPOINT, common.metrics) },
	{ "\x0f""max-connections", YP_TINT, YP_VINT = { 1, 4096, 256 }, YP_FNONE,
		OF_CONF(CONF_NUMBER, max_connections) },
	{ "\x0c""idle-timeout", YP_TINT, YP_VINT = { 1, DAY, HOUR, YP_STIME }, YP_FNONE,
		OF_CONF(CONF_NUMBER, idle_timeout_s) },
	{ "\x0f""request-timeout", YP_TINT, YP_VINT = { 1, 300, 10, YP_STIME }, YP_FNONE,
		OF_CONF(CONF_NUMBER, request_timeout_s) },
	{ NULL },
};

static const yp_item_t ask_items[] = {
	{ "\x02""id", YP_TSTR, YP_VNONE, YP_FNONE, OF_ASK(CONF_STRING, id) },
	{ "\x06""listen", YP_TSTR, YP_VNONE, YP_FMULTI | CONF_NEEDED,
		LIST(CONF_ENDPOINTS, conf_ask, listen, listen_count) },
	{ "\x07""dialect", YP_TOPT, YP_VOPT = { dialects, CONF_POSTFIX }, CONF_NEEDED,
		OF_ASK(CONF_BITS, dialect) },
	{ "\x06""client", YP_TSTR, YP_VNONE, YP_FMULTI | CONF_NEEDED,
		LIST(CONF_PATTERNS, conf_ask, clients, client_count) },
	{ "\x0d""client-within", YP_TSTR, YP_VNONE, YP_FMULTI,
		LIST(CONF_NAMES, conf_ask, within, within_count) },
	{ "\x05""claim", YP_TSTR, YP_VNONE, YP_FNONE, OF_ASK(CONF_STRING, claim) },
	{ "\x03""tls", YP_TOPT, YP_VOPT = { versions, 3 }, YP_FNONE, OF_ASK(CONF_BITS, tls) },
	{ "\x06""header", YP_TSTR, YP_VNONE, YP_FNONE, OF_ASK(CONF_STRING, header) },
	{ NULL },
};

const yp_item_t conf_schema[] = {
	{ "\x06""server", YP_TGRP, YP_VGRP = { server_items } },
	{ "\x03""log", YP_TGRP, YP_VGRP = { conf_log_items } },
	{ "\x03""dns", YP_TGRP, YP_VGRP = { conf_dns_items } },
	{ "\x03""ask", YP_TGRP, YP_VGRP = { ask_items }, YP_FMULTI },
	{ NULL },
};
/* clang-format on */
