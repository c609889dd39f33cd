/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Runs another program to its end: its words, its input, a bound of time, and what it says. No
 * shell takes part. Knows nothing of what the program does. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "dance.h"

#define ROLL_WORD_MAX 32       /* of a command, those that are added to it included */
#define ROLL_COMMAND_SIZE 1024 /* octets of all of them */
#define ROLL_OUTPUT_SIZE 4096

struct roll_command {
	char text[ROLL_COMMAND_SIZE]; /* the words, each with its NUL */
	size_t used;
	char *words[ROLL_WORD_MAX + 1]; /* NULL ends */
	size_t count;
	bool too_long;
};

/* The words of a command of the configuration, which blanks separate. */
void roll_command_begin(struct roll_command *command, const char *text);

/* One more word, as it is. */
void roll_command_add(struct roll_command *command, const char *word);

struct roll_process {
	const char *input; /* may be NULL */
	const char *const
		*environment; /* "NAME=VALUE", added to ours; NULL ends; may be NULL */
	unsigned timeout_ms;
	char output[ROLL_OUTPUT_SIZE]; /* what it says on both outputs; the end is cut off */
};

/* Runs it. True if it ended with status 0; else false with a sentence in `why`, which has the last
 * line that it said. What takes too long is killed, with all that it has started. */
bool roll_process_run(struct roll_process *process, const struct roll_command *command,
	char why[DANCE_ERROR_SIZE]);
