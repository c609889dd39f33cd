/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In a proof there is one thread: its sections of reading are counted, so that a proof can ask
 * whether they are paired. */

#pragma once

static unsigned rcu_sections;

static inline void urcu_bp_read_lock(void)
{
	rcu_sections++;
}

static inline void urcu_bp_read_unlock(void)
{
	rcu_sections--;
}

static inline void urcu_bp_synchronize_rcu(void)
{
}

#define rcu_dereference(pointer) (pointer)
#define rcu_assign_pointer(pointer, value) ((void)((pointer) = (value)))
#define rcu_set_pointer(pointer, value) ((void)(*(pointer) = (value)))
