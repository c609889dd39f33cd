/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A file of test vectors, block by block. Knows the text format (see README.md); knows
 * nothing of what is right. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dance.h"

#define BLOCK_RECORD_MAX 300
#define BLOCK_CHAIN_MAX 40
#define BLOCK_WORD_SIZE 320
#define BLOCK_COMMENT_SIZE 512

/* One case. What a directive says holds from then on, until another one says otherwise;
 * id, rules and `by` are only ever one block's. */
struct block {
	char id[BLOCK_WORD_SIZE];
	char comment[BLOCK_COMMENT_SIZE]; /* the last one before the block */
	uint32_t rules;                   /* bit N: rule RN */
	char by[BLOCK_WORD_SIZE]; /* "3 1 1", the record that has to decide; or empty */

	char expect[BLOCK_WORD_SIZE];  /* pass or fail; empty if never said */
	char verdict[BLOCK_WORD_SIZE]; /* dance_verdict_name(); empty if never said */
	char name[BLOCK_WORD_SIZE];    /* empty: no name is given to the judge */
	char ca[BLOCK_WORD_SIZE];      /* a file, relative to the vectors'; empty: none */
	unsigned usages;               /* DANCE_* bits; 0: all */
	enum dance_role role;
	bool raw_key;
	int64_t at;

	size_t record_count;
	struct dance_tlsa records[BLOCK_RECORD_MAX];
	size_t chain_count;
	struct dance_octets chain[BLOCK_CHAIN_MAX];
};

struct block_file;

/* NULL, errno set, when the file cannot be read. */
struct block_file *block_file_open(const char *path);
void block_file_close(struct block_file *file);

/* The next block, or NULL: at the end with an empty `error`, else with what is wrong and
 * the number of the line. It lasts until the next call. */
const struct block *block_file_next(struct block_file *file, char *error, size_t size);
