/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The name of this daemon, in its log. */

#include "program.h"

const char program_name[] = "dance-front";
