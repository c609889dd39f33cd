/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Ceasing to be root. */

#pragma once

#include <stdbool.h>

#include "conf/conf.h"

/* Becomes "user" or "user:group", for good, if we are root; somebody else stays who he is.
 * False with a sentence in `error`. */
bool privilege_drop(const char *user, char error[CONF_ERROR_SIZE]);
