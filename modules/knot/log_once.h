/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Log lines that are true of many zones and are logged once for all of them. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LOG_ONCE_MAX 256 /* lines; with more at a time some are logged again */

/* True if another zone has logged this line for the same scope within the last seconds. If not,
 * the line counts as logged by this zone from now on. A line that every zone comes to while
 * knotd loads them is so logged once, by the first of them, and by the same zone again at the
 * next reload. Any thread. */
bool log_once_seen(const void *scope, const void *zone, size_t zone_size, const char *line);
