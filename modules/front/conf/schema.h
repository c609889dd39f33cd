/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance-front.conf may contain, in libknot's terms, and where the values go. */

#pragma once

#include <stddef.h>

#include <libknot/libknot.h>
#include <libknot/yparser/yparser.h>
#include <libknot/yparser/ypschema.h>
#include <libknot/yparser/yptrafo.h>

/* Sections, in the order of conf_schema. */
enum conf_section {
	CONF_SERVER,
	CONF_LOG,
	CONF_DNS,
	CONF_IDENTITY,
	CONF_FRONT,
	CONF_CLIENT,
	CONF_SECTIONS, /* how many */
};

/* What a value becomes. */
enum conf_kind {
	CONF_STRING,     /* char * */
	CONF_NAME,       /* char *: a TLSA owner name */
	CONF_PATTERN,    /* char *: the same, or "*.suffix" */
	CONF_NUMBER,     /* unsigned */
	CONF_SWITCH,     /* bool */
	CONF_LEVEL,      /* enum log_level */
	CONF_BITS,       /* unsigned: all the values, or-ed */
	CONF_HOST,       /* struct address without a port */
	CONF_SOCKET,     /* struct address */
	CONF_SOCKETS,    /* struct address *, and size_t */
	CONF_FORWARDERS, /* char *[DANCE_FORWARDER_MAX] */
	CONF_REFERENCES, /* identities, which are looked up when all are known */
};

/* misc[0] of an item: offsets into the struct of its section, which is struct conf for
 * those that are there once. */
struct conf_place {
	enum conf_kind kind;
	size_t at;
	size_t count_at; /* of CONF_SOCKETS */
};

#define CONF_NEEDED YP_FUSR1 /* flag of an item that is required */

extern const yp_item_t conf_schema[];
