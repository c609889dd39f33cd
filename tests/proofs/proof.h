/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What every proof says things with. Knows CBMC, and nothing of what is proved. In CBMC a variable
 * that nothing is written to has any value; the functions here say so. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For all values that these can return. */
bool nondet_bool(void);
int nondet_int(void);
unsigned nondet_unsigned(void);
uint8_t nondet_uint8(void);
uint16_t nondet_uint16(void);
uint64_t nondet_uint64(void);
int64_t nondet_int64(void);
size_t nondet_size(void);

/* From here on only cases in which this holds. Stands in the header of the proof. */
#define assume(condition) __CPROVER_assume(condition)

#ifdef PROOF_REACH

/* The run that must get to the end of the proof looks at nothing on its way. */
#define must(condition, words) ((void)(condition))
#define end_of_proof() __CPROVER_assert(false, "the end of the proof")
/* It gets there with less search in a case like this one. */
#define such_as(condition) assume(condition)

#else

/* Holds in all cases. */
#define must(condition, words) __CPROVER_assert(condition, words)
#define end_of_proof() ((void)0)
#define such_as(condition) ((void)0)

#endif

/* May so many octets be read, or written, there? */
#define can_read(at, size) ((size) == 0 || __CPROVER_r_ok(at, size))
#define can_write(at, size) ((size) == 0 || __CPROVER_w_ok(at, size))

/* Any octets in all of an object. */
#define any_octets(object) __CPROVER_havoc_object(object)

/* No more than this. */
static inline size_t any_size(size_t most)
{
	size_t size = nondet_size();
	assume(size <= most);
	return size;
}

/* What must be CBMC's entry: the proof itself. */
void harness(void);
