/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Lines in knotd's log. */

#pragma once

#include <knot/module.h>

#include "../log_line.h"

/* Ends a line with advice, which may be NULL or "", and logs it. knotd cuts what is too long at
 * the end, where the advice is; so the line is made to fit first. Any thread. */
void log_end(knotd_mod_t *mod, int priority, struct log_line *line, const char *advice);

/* Logs a whole line, with its advice if it has any. Any thread. */
void log_text(knotd_mod_t *mod, int priority, const char *text);

/* The octets that "/ID" takes in a line, for the longest id that the instance may have. Reads the
 * configuration. */
size_t log_id_size(knotd_mod_t *mod);

/* The octets that a line of this instance may have, with its NUL. Reads the configuration. */
size_t log_room(knotd_mod_t *mod);
