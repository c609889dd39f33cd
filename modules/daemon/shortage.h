/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the operator can do when memory, threads or descriptors have run out. */

#pragma once

#define SHORTAGE_OF_MEMORY "give more memory, or lower 'max-connections'"
#define SHORTAGE_OF_THREADS "raise TasksMax, or lower 'max-connections'"

/* The same after accept() has failed with this error so that it would fail again at once. NULL:
 * nobody is there, or it is only one connection that has failed. */
const char *shortage_after_accept(int error);
