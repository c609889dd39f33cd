/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What every fuzz target is made of: where it is entered, and how it says that something
 * does not hold. Who calls it, libFuzzer or main.c, it does not know. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, in every build, if `what` does not hold. */
#define must(what) ((what) ? (void)0 : must_failed(__FILE__, __LINE__, #what))

static inline _Noreturn void must_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}
