/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the names of all sections stand like now, in the statistics of the instances for all zones:
 * an item for each number, and in it a value for each section, by its id. */

#pragma once

#include <stdbool.h>

#include <knot/module.h>

#include "dance.h"

struct dance_ctx;
struct section;

/* Sections that have values of their own. All others have theirs together, as "*". */
#define GAUGES_SECTIONS 64

/* An id in statistics, with its NUL: knotd cuts what is longer. */
#define GAUGES_ID_SIZE 64

/* The sections with one id. */
struct gauge;

/* Adds the items to those that the instance has, of which there are `items` so far. False when out
 * of memory. */
bool gauges_register(struct dance_ctx *ctx, unsigned items);

/* Keeps the values of this instance up to date from now on. Fine for one without gauges, and for
 * one that is not attached. */
void gauges_attach(struct dance_ctx *ctx);
void gauges_detach(struct dance_ctx *ctx);

/* Brings all values up to date at once. Does not wait for DNS. */
void gauges_refresh(void);

/* A section has been read; `id` is NULL if it is not known. Of several with one id, as at a reload,
 * the last one counts. Without memory it has no values. */
void gauges_add(struct section *section, const char *id);

/* The section ends. Fine for one that was not added. */
void gauges_remove(struct section *section);

/* A client of the section is being served. Any thread, takes no lock. */
void gauges_note_allow(const struct section *section);
