/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * All names that a section of a server's configuration permits, those on its lists included: what
 * DNS says of each, in a line. */

#pragma once

#include "forecast.h"
#include "server_conf.h"

struct survey_wish {
	unsigned timeout_ms; /* of one lookup */
	bool json;
	struct forecast_wish warn; /* of span 0: none */
};

/* Looks them up and prints what there is to tell, in their order. Returns the worst status. */
int survey_section(const struct server_conf *section, const struct survey_wish *wish);
