/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What may go to a log or a terminal: printable ASCII. */

#pragma once

/* Every other octet of the text becomes '?'. */
static inline void make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}
