/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The connections that are open, and who must give way when there are too many: the one that
 * has been idle longest. Its host connects again with its next question. Any thread. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

/* A connection's own, from connections_enter() to connections_leave(). */
struct connections_entry {
	TAILQ_ENTRY(connections_entry) link; /* while it is idle: the longest first */
	int fd;
	bool idle;
	bool ended; /* gave way, or everything ends */
};

/* Counts a connection, which is busy at first. False if `max` are busy already. *made_way: another
 * one was told to end for it. */
bool connections_enter(struct connections_entry *entry, int fd, size_t max, bool *made_way);

/* Before its socket is closed. */
void connections_leave(struct connections_entry *entry);

/* It waits for a question from now on, or does so no longer. False if it must end. */
bool connections_rest(struct connections_entry *entry);
bool connections_resume(struct connections_entry *entry);

size_t connections_count(void);

/* Tells all to end after what they are doing, and waits for that. How many are left then. */
size_t connections_end(unsigned timeout_ms);
