/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signals as flags. They are blocked except while the main thread waits. */

#include "signals.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/select.h>
#include <time.h>

#define PAUSE_MS 100

static volatile sig_atomic_t told_to_reload, told_to_count, told_to_end;

static void on_signal(int number)
{
	switch (number) {
	case SIGHUP:
		told_to_reload = 1;
		break;
	case SIGUSR1:
		told_to_count = 1;
		break;
	default:
		told_to_end = 1;
		break;
	}
}

bool signals_take(sigset_t *waiting)
{
	static const int ours[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1 };
	const struct sigaction action = { .sa_handler = on_signal };
	sigset_t set;
	sigemptyset(&set);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigaddset(&set, ours[i]);
	}
	if (pthread_sigmask(SIG_BLOCK, &set, waiting) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigdelset(waiting, ours[i]); /* a parent may have had them blocked */
		if (sigaction(ours[i], &action, NULL) != 0) {
			return false;
		}
	}
	return true;
}

bool signals_told_to_reload(void)
{
	bool told = told_to_reload != 0;
	told_to_reload = 0;
	return told;
}

bool signals_told_to_count(void)
{
	bool told = told_to_count != 0;
	told_to_count = 0;
	return told;
}

bool signals_told_to_end(void)
{
	return told_to_end != 0;
}

void signals_pause(const sigset_t *waiting)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	(void)pselect(0, NULL, NULL, NULL, &pause, waiting);
}
