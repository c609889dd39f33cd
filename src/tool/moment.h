/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Points in time as text, in UTC only. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MOMENT_SIZE sizeof("2026-11-22T12:00:00Z")

/* Reads seconds since 1970, more than 0, or a date like "2026-11-22T12:00:00Z". */
bool moment_from_text(const char *text, int64_t *moment);

/* Reads a length of time, more than 0: a number and its unit, of s, m, h, d and w ("3d"). In
 * seconds. */
bool moment_span_from_text(const char *text, int64_t *seconds);

/* Writes such a date; a moment past the year 9999 is said to be its end. */
void moment_to_text(int64_t moment, char text[MOMENT_SIZE]);
