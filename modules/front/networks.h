/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Unauthenticated connections by the networks they come from: which one is closed when
 * there are too many. A network that sends thousands pushes out its own, not those of
 * others. Not thread-safe. */

#pragma once

#include <stddef.h>
#include <sys/queue.h>

#define NETWORKS_COUNT 65536      /* places; two networks in one are taken for one */
#define NETWORKS_MEMBER_MAX 65537 /* members */

/* A member's own, from networks_join() to networks_leave(). */
struct networks_member {
	TAILQ_ENTRY(networks_member) link; /* of its network, the oldest first */
	size_t network;
};

/* `network`: below NETWORKS_COUNT. */
void networks_join(struct networks_member *member, size_t network);
void networks_leave(struct networks_member *member);

size_t networks_size(void);

/* The oldest member of the network that has most; of several such networks, of the one that
 * has had that many for longest. NULL if there is no member. */
struct networks_member *networks_first(void);
