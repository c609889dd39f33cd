/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The libdance context that looks names up as the section `dns` says. */

#pragma once

#include <stdbool.h>

#include "conf_common.h"

#include "../shared_context.h"

/* Joins it; `max_waiting` as for dance_context_options. False when out of memory. */
bool dns_context_join(struct shared_context_user *user, const struct conf_common *conf,
	unsigned max_waiting);
