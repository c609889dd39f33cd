/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A step of a roll, and what all steps do in the same way. For roll_run.c and roll_steps.c. */

#pragma once

#include "roll.h"

/* Takes the step that the state is in, if it is due. GO_ON: the state is in another step now. */
enum roll_result roll_take_step(struct roll *roll);

int64_t roll_now(const struct roll *roll);

/* A line of news: what happened, the key's id, and pairs such as ", key %s". */
void roll_tell(const struct roll *roll, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* HELD, for this reason. */
enum roll_result roll_hold(struct roll *roll, const char *advice, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* FAILED, for the reason that is in roll->why already. */
enum roll_result roll_failed(struct roll *roll, const char *advice);

/* False with a reason. */
bool roll_save(struct roll *roll);

/* Enters a step, and saves the state: GO_ON or FAILED. */
enum roll_result roll_enter(struct roll *roll, enum roll_step step);
