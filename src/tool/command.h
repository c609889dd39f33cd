/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A subcommand of dance, and what its exit status says. */

#pragma once

struct command {
	const char *name;
	int (*run)(int count, char **words); /* its name and what follows; an exit status */
};

enum command_status {
	COMMAND_YES = 0,    /* allowed, or done */
	COMMAND_NO = 1,     /* denied */
	COMMAND_WRONG = 2,  /* could not judge: misused, unreadable, no answer */
	COMMAND_WARNED = 3, /* allowed now, but that is about to end */
};

/* Of two statuses, that of which to tell: no answer, then a refusal, then a warning. -1 is none. */
static inline int command_worse(int a, int b)
{
	static const int ranks[] = {
		[COMMAND_YES] = 0, [COMMAND_WARNED] = 1, [COMMAND_NO] = 2, [COMMAND_WRONG] = 3
	};
	if (a < 0 || b < 0) {
		return a < 0 ? b : a;
	}
	return ranks[a] >= ranks[b] ? a : b;
}

extern const struct command command_check;
extern const struct command command_probe; /* not in every build */
extern const struct command command_roll;
extern const struct command command_tlsa;
extern const struct command command_verify;
