/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What follows from what a probe has found: the last line. */

#pragma once

#include "probe.h"

/* Fills `verdict` and `advice` from all the rest. */
void probe_conclude(struct probe *probe);

/* "allowed", "refused", "not sent", "open" or "not found out". Static. */
const char *probe_verdict_name(enum probe_verdict verdict);

/* What a command that came to this ends with. */
int probe_status(const struct probe *probe);
