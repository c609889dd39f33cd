/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * All metrics of dance-ask, as they are served. */

#pragma once

#include "openmetrics.h"

/* By the runtime in force. A section and a name that are not listed any more are not shown; their
 * counts go on if they come back. */
void exposition_write(struct openmetrics *out);
