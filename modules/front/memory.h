/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How the memory of many threads is set up. Knows nothing of what it is used for. */

#pragma once

/* Once, before the first thread: an address space that is limited is to be room for
 * connections. */
void memory_settle(void);
