/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What becomes of a daemon, as its log and the service manager are told: it starts, reloads and
 * ends. Main thread only. */

#pragma once

#include <stddef.h>

/* To be called first: no connection gets the number of a standard stream that is closed. */
void life_keep_standard(void);

/* It serves from now on. */
void life_ready(void);

/* It has read its configuration again, after sd_notify_reloading(). `error`: why that is not in
 * force; NULL: it is. */
void life_reloaded(const char *error);

/* It ends, after what is under way. */
void life_ending(void);

/* `seconds` later so many connections are left: exits at once, since their threads use
 * what would be freed. */
_Noreturn void life_exit(size_t left, unsigned seconds);
