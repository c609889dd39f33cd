/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where the values of a configuration go, as a schema in libknot's terms says it of each item. */

#pragma once

#include <stddef.h>

#include <libknot/libknot.h>
#include <libknot/yparser/yparser.h>
#include <libknot/yparser/ypschema.h>
#include <libknot/yparser/yptrafo.h>

/* What a value becomes. */
enum conf_kind {
	CONF_STRING,     /* char * */
	CONF_NAME,       /* char *: a TLSA owner name */
	CONF_PATTERN,    /* char *: the same, or "*.suffix", or "@list" */
	CONF_NUMBER,     /* unsigned */
	CONF_SWITCH,     /* bool */
	CONF_LEVEL,      /* enum log_level */
	CONF_BITS,       /* unsigned: all the values, or-ed */
	CONF_HOST,       /* struct address without a port */
	CONF_SOCKET,     /* struct address */
	CONF_SOCKETS,    /* struct address *, and size_t */
	CONF_ENDPOINT,   /* struct endpoint */
	CONF_ENDPOINTS,  /* struct endpoint *, and size_t */
	CONF_PATTERNS,   /* char **, and size_t: as CONF_PATTERN */
	CONF_NAMES,      /* char **, and size_t: as CONF_NAME */
	CONF_PROTOCOLS,  /* char **, and size_t: names of protocols for ALPN (RFC 7301) */
	CONF_FORWARDERS, /* char *[DANCE_FORWARDER_MAX] */
	CONF_REFERENCES, /* identities, which are looked up when all are known */
};

/* misc[0] of an item: offsets into the struct of its section, which is struct conf for
 * those that are there once. */
struct conf_place {
	enum conf_kind kind;
	size_t at;
	size_t count_at; /* of a list */
};

#define CONF_NEEDED YP_FUSR1   /* flag of an item that is required */
#define CONF_PORTLESS YP_FUSR2 /* ... whose addresses may lack a port, which is 0 then */
