/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How a probe is told: to people or to programs. */

#pragma once

#include <stdio.h>

#include "probe.h"

/* The line of a step; with colours if `colours`. */
void probe_print_step(FILE *out, const struct probe *probe, enum probe_step step,
	bool colours);

/* The last line. */
void probe_print_verdict(FILE *out, const struct probe *probe, bool colours);

/* All of it as one JSON object. */
void probe_print_json(FILE *out, const struct probe *probe);

/* Is it a terminal that should have colours (https://no-color.org)? */
bool probe_wants_colours(FILE *out);
