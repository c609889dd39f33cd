/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Arguments, clocks and percentiles. */

#include "items.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>

void die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static double seconds_of(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double seconds_used(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

void items_read(const struct item *items, size_t count, char *word)
{
	char *value = strchr(word, '=');
	if (value == NULL) {
		die(word);
	}
	*value++ = '\0';
	for (size_t i = 0; i < count; i++) {
		char *end = NULL;
		if (strcmp(word, items[i].name) != 0) {
			continue;
		}
		if (items[i].text != NULL) {
			*items[i].text = value;
			return;
		}
		*items[i].number = strtoul(value, &end, 10);
		if (end == value || *end != '\0') {
			die(word);
		}
		return;
	}
	die(word);
}

struct sockaddr_in items_address(const char *address, const char *port)
{
	struct sockaddr_in made = { .sin_family = AF_INET };
	unsigned long number = strtoul(port, NULL, 10);
	if (inet_pton(AF_INET, address, &made.sin_addr) != 1 || number == 0 ||
		number > 65535) {
		die(address);
	}
	made.sin_port = htons((uint16_t)number);
	return made;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

double percentile(double *values, size_t count, unsigned percent)
{
	if (count == 0) {
		return 0;
	}
	qsort(values, count, sizeof(values[0]), compare);
	return values[(count - 1) * percent / 100];
}
