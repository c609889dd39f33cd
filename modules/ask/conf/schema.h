/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance-ask.conf may contain, in libknot's terms, and where the values go. */

#pragma once

#include "conf_place.h"

/* Sections, in the order of conf_schema. */
enum conf_section {
	CONF_SERVER,
	CONF_LOG,
	CONF_DNS,
	CONF_ASK,
	CONF_SECTIONS, /* how many */
};

extern const yp_item_t conf_schema[];
