/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A libdance context that outlives the settings which ask for it: what DNS says is known on
 * after a reload. */

#pragma once

#include "conf.h"
#include "dance.h"

struct engine;

/* The same again, counted, if `old` was made for the same section `dns`; else a new one.
 * `old` may be NULL. NULL when out of memory. */
struct engine *engine_join(struct engine *old, const struct conf *conf);

void engine_leave(struct engine *engine);

struct dance_context *engine_context(const struct engine *engine);
