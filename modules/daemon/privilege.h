/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Drops the privileges of root. */

#pragma once

#include <stdbool.h>

#include "conf_error.h"

/* If we are root, becomes "user" or "user:group" for good; another user stays what it is.
 * False with a sentence in `error`. */
bool privilege_drop(const char *user, char error[CONF_ERROR_SIZE]);
