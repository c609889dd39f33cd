/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the schemas of all daemons are written with. */

#pragma once

#include "conf_place.h"

#define HOUR 3600 /* seconds */
#define DAY (24 * HOUR)

/* The sections that all have, of which struct conf_common has the values. */
extern const yp_item_t conf_log_items[], conf_dns_items[];

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
