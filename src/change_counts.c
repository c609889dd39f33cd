/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts of answers. */

#include "change_counts.h"

#include <gnutls/crypto.h>
#include <urcu/arch.h>
#include <urcu/uatomic.h>

#include "name_hash.h"

bool change_counts_begin(struct change_counts *counts)
{
	return gnutls_rnd(GNUTLS_RND_NONCE, &counts->seed, sizeof(counts->seed)) == 0;
}

uint16_t change_counts_place(const struct change_counts *counts, const uint8_t *wire,
	size_t size)
{
	return (uint16_t)(name_hash(counts->seed, wire, size) % CHANGE_COUNTS_PLACES);
}

void change_count_add(struct change_count *count, bool changed)
{
	cmm_smp_wmb(); /* first the answer, then the count */
	if (changed) {
		uatomic_set(&count->changes, count->changes + 1);
	}
	uatomic_set(&count->answers, count->answers + 1);
}

struct change_count change_count_read(const struct change_count *count)
{
	const struct change_count read = { uatomic_read(&count->answers),
		uatomic_read(&count->changes) };
	cmm_smp_rmb(); /* the other half of change_count_add() */
	return read;
}

bool change_marks_are_passed(const struct change_mark *marks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (change_count_read(marks[i].count).answers != marks[i].answers) {
			return true;
		}
	}
	return false;
}
