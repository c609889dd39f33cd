/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lines about a daemon's life, and what goes with them. */

#include "life.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"
#include "metrics.h"
#include "sd_notify.h"

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
	sd_notify_send("READY=1");
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
