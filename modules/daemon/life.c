/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lines about a daemon's life, and what goes with them. */

#include "life.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"
#include "metrics.h"
#include "sd_notify.h"
#include "watchdog.h"

#define STATE_SIZE 1024

void life_keep_standard(void)
{
	int fd;
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0) {
		close(fd);
	}
}

void life_ready(void)
{
	if (geteuid() == 0) {
		log_line(LEVEL_WARNING,
			"running as root; do: set 'user' to drop privileges");
	}
	metrics_configured(true);
	log_line(LEVEL_NOTICE, "ready");
	sd_notify_send("READY=1");
	(void)watchdog_begin();
}

/* `systemctl status` shows what a reload was refused for, until one is not. */
static void tell_reloaded(const char *error)
{
	static bool was_refused;
	char state[STATE_SIZE];
	if (error != NULL) {
		snprintf(state, sizeof(state),
			"READY=1\nSTATUS=configuration not reloaded (%s)", error);
		sd_notify_send(state);
	} else {
		sd_notify_send(was_refused ? "READY=1\nSTATUS=" : "READY=1");
	}
	was_refused = error != NULL;
}

void life_reloaded(const char *error)
{
	metrics_configured(error == NULL);
	if (error == NULL) {
		log_line(LEVEL_NOTICE, "configuration reloaded");
	} else {
		struct log_line line;
		log_line_begin(&line, "configuration not reloaded");
		log_line_reason(&line, "%s", error);
		log_composed(LEVEL_ERROR, &line,
			"correct it and reload; until then the old configuration stays in "
			"force");
	}
	tell_reloaded(error);
}

void life_ending(void)
{
	sd_notify_send("STOPPING=1");
	log_line(LEVEL_NOTICE, "ending");
}

void life_exit(size_t left, unsigned seconds)
{
	log_line(LEVEL_WARNING,
		"exiting, count %zu (so many connections are still open after %u s)", left,
		seconds);
	_exit(EXIT_SUCCESS);
}
