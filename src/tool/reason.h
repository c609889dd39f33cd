/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Why something could not be done, in a sentence for whoever asked for it. */

#pragma once

#include <stdbool.h>

#include "dance.h"

/* Printable ASCII; what does not fit is cut. Returns false, as what fails does. */
bool reason_say(char why[DANCE_ERROR_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));
