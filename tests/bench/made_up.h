/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Answers that are made up, for names that begin with a letter and a number. Those of strangers,
 * which begin with an x, have no records. */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Lookups at once. */
#define MADE_UP_MAX 4096

/* The name with this number has this digest, as 3 1 1, and the others have others; or all have
 * it. */
#define MADE_UP_ALL SIZE_MAX
void made_up_say(const unsigned char digest[32], size_t number);
