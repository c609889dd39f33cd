/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance-front has logged and counted since the last look, for a test that compares all of it.
 * The lines are those of heard.h, in which what differs from run to run is replaced: keys by KEY,
 * the ports of the test's own servers by PORT, and seconds, if they are few, by S. */

#pragma once

#include "check.h"
#include "front_tally.h"
#include "heard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_DIGITS 64

/* From now on, lines down to debug. */
static inline int lines_begin(void **state)
{
	(void)tallied();
	int wrong = heard_begin(state);
	log_set(false, LEVEL_DEBUG);
	return wrong;
}

static inline int lines_end(void **state)
{
	log_set(false, LEVEL_ERROR);
	return heard_end(state);
}

/* A line without the program's name, or the digits of a number. */
static inline void lines_copy(char *to, const char *from, uint16_t server_port)
{
	static const char program[] = "dance-front: ", seconds[] = ", seconds ";
	char at_port[16], owner[16];
	size_t owner_size = (size_t)snprintf(owner, sizeof(owner), "_%u.", server_port);
	size_t port_size = (size_t)snprintf(at_port, sizeof(at_port), "@%u", server_port);
	while (*from != '\0') {
		if (strspn(from, "0123456789abcdef") == DIGEST_DIGITS) {
			to = stpcpy(to, "KEY");
			from += DIGEST_DIGITS;
		} else if (strncmp(from, owner, owner_size) == 0) {
			to = stpcpy(to, "_PORT.");
			from += owner_size;
		} else if (strncmp(from, at_port, port_size) == 0) {
			to = stpcpy(to, "@PORT");
			from += port_size;
		} else if (strncmp(from, seconds, sizeof(seconds) - 1) == 0 &&
			strspn(from + sizeof(seconds) - 1, "0123456789") <= 2) {
			to = stpcpy(stpcpy(to, seconds), "S");
			from += sizeof(seconds) - 1;
			from += strspn(from, "0123456789");
		} else if (strncmp(from, program, sizeof(program) - 1) == 0) {
			from += sizeof(program) - 1;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

static inline const char *lines(uint16_t server_port)
{
	static char text[1 << 14];
	lines_copy(text, heard(), server_port);
	return text;
}

/* Exactly that was logged and counted, by servers of this port. */
#define expect_said(port, said, counts) \
	do { \
		assert_string_equal(lines(port), said); \
		assert_string_equal(tallied(), counts); \
	} while (0)
