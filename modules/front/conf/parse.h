/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From text to values. */

#pragma once

#include "conf.h"
#include "link.h"

/* Sets the values of `conf`, which is all zero, and appends to `references` what its fronts
 * refer to. False with a sentence at the first mistake; what is set then stays set, for
 * conf_free(). */
bool conf_parse_text(struct conf *conf, const char *text, size_t size,
	struct conf_references *references, const struct conf_error *error);
