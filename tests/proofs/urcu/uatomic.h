/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In a proof there is one thread: what is shared is read and written plainly. */

#pragma once

#define uatomic_read(at) (*(at))
#define uatomic_set(at, value) ((void)(*(at) = (value)))
#define uatomic_add_return(at, value) (*(at) += (value))
#define uatomic_cmpxchg(at, old, new) (*(at) == (old) ? (*(at) = (new), (old)) : *(at))
#define uatomic_inc(at) ((void)++*(at))
