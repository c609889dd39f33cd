/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the log of a daemon calls it. */

#pragma once

/* "dance-front": each daemon has its own. */
extern const char program_name[];
