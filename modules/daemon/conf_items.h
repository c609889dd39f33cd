/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the schemas of all daemons are written with. */

#pragma once

#include "conf_place.h"
#include "log.h"

#define HOUR 3600 /* seconds */
#define DAY (24 * HOUR)

static const knot_lookup_t targets[] = {
	{ false, "stderr" },
	{ true, "syslog" },
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

#define PLACE(kind, type, field) \
	{ &(const struct conf_place){ kind, offsetof(struct type, field), 0 } }
#define PLACES(type, field, count) \
	{ \
		&(const struct conf_place) \
		{ \
			CONF_SOCKETS, offsetof(struct type, field), \
				offsetof(struct type, count) \
		} \
	}
#define LIST(kind, type, field, count) \
	{ \
		&(const struct conf_place) \
		{ \
			kind, offsetof(struct type, field), offsetof(struct type, count) \
		} \
	}
