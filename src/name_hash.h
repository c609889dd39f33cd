/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash of names in wire form, and of keys, for tables in which strangers choose what stands:
 * SipHash-1-3 (Aumasson, Bernstein, 2012) with a seed that they cannot know, so that they can find
 * no names and no keys that stand in one place. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t name_hash_rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void name_hash_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = name_hash_rotate(v[1], 13) ^ v[0];
	v[3] = name_hash_rotate(v[3], 16) ^ v[2];
	v[0] = name_hash_rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = name_hash_rotate(v[1], 17) ^ v[2];
	v[3] = name_hash_rotate(v[3], 21) ^ v[0];
	v[2] = name_hash_rotate(v[2], 32);
}

static inline void name_hash_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	name_hash_round(v);
	v[0] ^= word;
}

static inline uint64_t name_hash(uint64_t seed, const uint8_t *wire, size_t size)
{
	uint64_t v[4] = { seed ^ 0x736f6d6570736575u, seed ^ 0x646f72616e646f6du,
		seed ^ 0x6c7967656e657261u, seed ^ 0x7465646279746573u };
	uint64_t word;
	size_t at = 0;
	for (; size - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, wire + at, sizeof(word));
		name_hash_word(v, word);
	}
	word = (uint64_t)size << 56;
	for (unsigned i = 0; at < size; i++, at++) {
		word |= (uint64_t)wire[at] << 8 * i;
	}
	name_hash_word(v, word);
	v[2] ^= 0xff;
	name_hash_round(v);
	name_hash_round(v);
	name_hash_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
