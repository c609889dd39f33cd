/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When the service manager is told that all is well. */

#include "watchdog.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "monotonic.h"
#include "sd_notify.h"

#define TIMES 3 /* within the time granted */

static int64_t interval_ms; /* 0: nobody watches */
static int64_t due_ms;

/* 0 if it is no positive number. */
static long long read_number(const char *text)
{
	char *end;
	errno = 0;
	long long number = text != NULL ? strtoll(text, &end, 10) : 0;
	return number > 0 && errno == 0 && *end == '\0' ? number : 0;
}

bool watchdog_begin(void)
{
	const char *pid = getenv("WATCHDOG_PID");
	long long granted_us = read_number(getenv("WATCHDOG_USEC"));
	interval_ms = 0;
	if (granted_us == 0 || (pid != NULL && read_number(pid) != getpid())) {
		return false;
	}
	interval_ms = granted_us / 1000 / TIMES;
	if (interval_ms == 0) {
		interval_ms = 1;
	}
	due_ms = monotonic_ms();
	return true;
}

bool watchdog_is_due(void)
{
	int64_t now = monotonic_ms();
	if (interval_ms == 0 || now < due_ms) {
		return false;
	}
	due_ms = now + interval_ms;
	return true;
}

void watchdog_tell(void)
{
	sd_notify_send("WATCHDOG=1");
}

const struct timespec *watchdog_pause(struct timespec *pause)
{
	if (interval_ms == 0) {
		return NULL;
	}
	int64_t left = due_ms - monotonic_ms();
	left = left > 0 ? left : 0;
	*pause = (struct timespec){ .tv_sec = (time_t)(left / 1000),
		.tv_nsec = (long)(left % 1000) * 1000000 };
	return pause;
}
