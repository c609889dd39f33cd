/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many files a daemon may have open. */

#pragma once

/* Raises the limit on open files to what is needed for this many connections, of `each`
 * descriptors, and lookups, if it is lower; warns if the system does not permit that. */
void descriptors_raise(unsigned connections, unsigned each, unsigned lookups);
