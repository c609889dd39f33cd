/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of members for each network, and a list of networks for each number of members.
 * With one member more or less a network moves to the next list, so that the fullest is
 * found without a search. */

#include "networks.h"

struct network {
	struct network *next, *previous; /* of its size */
	struct networks_member *oldest, *newest;
	size_t size;
};

static struct network networks[NETWORKS_COUNT];
static struct {
	struct network *first, *last;
} by_size[NETWORKS_MEMBER_MAX + 1];
static size_t largest;
static size_t members;

static void take_out(struct network *network)
{
	if (network->size > 0) {
		*(network->next != NULL ? &network->next->previous :
					  &by_size[network->size].last) = network->previous;
		*(network->previous != NULL ?
				&network->previous->next :
				&by_size[network->size].first) = network->next;
	}
}

static void put_in(struct network *network)
{
	if (network->size > 0) {
		network->next = NULL;
		network->previous = by_size[network->size].last;
		*(network->previous != NULL ? &network->previous->next :
					      &by_size[network->size].first) = network;
		by_size[network->size].last = network;
	}
}

void networks_join(struct networks_member *member, size_t place)
{
	struct network *network = &networks[place];
	take_out(network);
	*member = (struct networks_member){ .previous = network->newest, .network = place };
	*(network->newest != NULL ? &network->newest->next : &network->oldest) = member;
	network->newest = member;
	network->size++;
	members++;
	put_in(network);
	largest = network->size > largest ? network->size : largest;
}

void networks_leave(struct networks_member *member)
{
	struct network *network = &networks[member->network];
	take_out(network);
	*(member->next != NULL ? &member->next->previous :
				 &network->newest) = member->previous;
	*(member->previous != NULL ? &member->previous->next :
				     &network->oldest) = member->next;
	network->size--;
	members--;
	put_in(network);
	if (by_size[largest].first == NULL) {
		largest--; /* this network was there, and is one smaller now */
	}
}

size_t networks_size(void)
{
	return members;
}

struct networks_member *networks_first(void)
{
	return largest > 0 ? by_size[largest].first->oldest : NULL;
}
