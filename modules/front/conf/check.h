/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whether the values of a file go together. */

#pragma once

#include "conf.h"
#include "conf_error.h"

/* False with a sentence that names section, id and item when they do not. Every section has
 * the items that it needs. */
bool conf_check(const struct conf *conf, const struct conf_error *error);
