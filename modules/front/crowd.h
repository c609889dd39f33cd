/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Those who are not authenticated yet, by the networks they come from: who has to go when
 * there are too many. One network that sends thousands pushes out its own, not others'. Not
 * thread-safe. */

#pragma once

#include <stddef.h>

#define CROWD_NETWORKS 65536 /* places; two networks in one are taken for one */
#define CROWD_MAX 65537      /* members */

/* A member's own, from crowd_join() to crowd_leave(). */
struct crowd_member {
	struct crowd_member *next, *previous; /* of its network, the oldest first */
	size_t network;
};

/* `network`: below CROWD_NETWORKS. */
void crowd_join(struct crowd_member *member, size_t network);
void crowd_leave(struct crowd_member *member);

size_t crowd_size(void);

/* The oldest member of the network that has most; of several such networks, of the one that
 * has had so many for longest. NULL if there is nobody. */
struct crowd_member *crowd_first(void);
