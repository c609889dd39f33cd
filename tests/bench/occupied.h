/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How much of the heap the library occupies now, in octets, with what the allocator adds to each
 * block. What libunbound and the other libraries below it take is not in it. */

#pragma once

long occupied(void);
