/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of members for each network, and a list of networks for each number of members.
 * With one member more or less a network moves to the next list, so that the fullest is
 * found without a search. */

#include "networks.h"

struct network {
	TAILQ_ENTRY(network) link; /* of its size */
	TAILQ_HEAD(, networks_member) members;
	size_t size;
};

static struct network networks[NETWORKS_COUNT];
static TAILQ_HEAD(, network) by_size[NETWORKS_MEMBER_MAX + 1];
static size_t largest;
static size_t members;

/* To the list of its size, from the one that it is in. */
static void resize(struct network *network, size_t size)
{
	if (network->size > 0) {
		TAILQ_REMOVE(&by_size[network->size], network, link);
	}
	network->size = size;
	if (size == 0) {
		return;
	}
	if (TAILQ_EMPTY(&by_size[size])) {
		TAILQ_INIT(&by_size[size]); /* the first time it is only zero */
	}
	TAILQ_INSERT_TAIL(&by_size[size], network, link);
}

void networks_join(struct networks_member *member, size_t place)
{
	struct network *network = &networks[place];
	member->network = place;
	if (network->size == 0) {
		TAILQ_INIT(&network->members);
	}
	TAILQ_INSERT_TAIL(&network->members, member, link);
	resize(network, network->size + 1);
	members++;
	largest = network->size > largest ? network->size : largest;
}

void networks_leave(struct networks_member *member)
{
	struct network *network = &networks[member->network];
	TAILQ_REMOVE(&network->members, member, link);
	resize(network, network->size - 1);
	members--;
	if (TAILQ_EMPTY(&by_size[largest])) {
		largest--; /* this network was there, and is one smaller now */
	}
}

size_t networks_size(void)
{
	return members;
}

struct networks_member *networks_first(void)
{
	return largest > 0 ? TAILQ_FIRST(&TAILQ_FIRST(&by_size[largest])->members) : NULL;
}
