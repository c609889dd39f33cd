/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the command says: one line on standard error for what is wrong, and the certainty
 * that standard output was written. */

#pragma once

#include <stdbool.h>

/* Lines are said as this subcommand's from now on. */
void say_as(const char *command);

/* One line on standard error, printable ASCII. */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Has all of standard output arrived? If not, says so. */
bool say_end(void);
