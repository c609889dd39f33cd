/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The options that say where lookups begin and how long they may take, in all commands that make
 * some. What is wrong with a value is said in a line. */

#pragma once

#include "dance.h"

/* One more --resolver. False if it is none, or one too many. */
bool lookup_option_resolver(struct dance_context_options *where, const char *value);

/* Milliseconds of --timeout. */
bool lookup_option_timeout(unsigned *timeout_ms, const char *value);

/* Can the file of --root-hints be read? libunbound would only say that it could not begin. NULL
 * is fine. */
bool lookup_option_hints(const char *path);
