/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a program that makes load is told: NAME=VALUE, as arguments or as words of a line; and what
 * all of these programs need. */

#pragma once

#include <netinet/in.h>
#include <stddef.h>

struct item {
	const char *name;
	const char **text;     /* one of these is set */
	unsigned long *number; /* decimal */
};

/* Sets what `word` says, and keeps a pointer into it. Ends the program if no item has the
 * name, or if the value is no number. */
void items_read(const struct item *items, size_t count, char *word);

/* Ends the program if it is no address of IPv4, or no port. */
struct sockaddr_in items_address(const char *address, const char *port);

/* With what OpenSSL says of it. */
_Noreturn void die(const char *what);

/* In seconds, from any time on. */
double now(void);

/* Of the processor, by the whole process. */
double seconds_used(void);

/* Sorts the values; the one that so many of a hundred do not exceed, 0 if there are none. */
double percentile(double *values, size_t count, unsigned percent);
