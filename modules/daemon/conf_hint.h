/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a line that the parser rejects probably means. Knows nothing of items. */

#pragma once

#include <stddef.h>

/* A sentence on line `number`, counted from 1, of `size` octets of text. */
const char *conf_hint(const char *text, size_t size, size_t number);

/* The same, if it is an address in brackets, which the parser takes for a list; else
 * NULL. */
const char *conf_hint_address(const char *text, size_t size, size_t number);
